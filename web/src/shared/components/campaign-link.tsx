import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";

/** The campaign something belongs to, by its id; null is everyday work. */
export function CampaignLink({ id }: { id: number | null }) {
  const { t } = useTranslation();
  const { data } = $api.useQuery("get", "/api/campaigns/names", {});
  if (id === null) return t("campaigns.everyday");
  return <Link to={`/campaigns/${id}`}>{data?.find((one) => one.id === id)?.name ?? "…"}</Link>;
}
