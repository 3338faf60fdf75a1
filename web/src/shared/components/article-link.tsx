import { Link } from "react-router";
import { $api } from "@/api/client";

/** The article at whose foot a code stands, by its id. */
export function ArticleLink({ id }: { id: number }) {
  const { data } = $api.useQuery("get", "/api/articles/names", {});
  return <Link to={`/articles/${id}`}>{data?.find((one) => one.id === id)?.title ?? "…"}</Link>;
}
