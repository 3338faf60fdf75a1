import { useInfiniteQuery } from "@tanstack/react-query";
import { client } from "@/api/client";

const timelinePath = "/api/persons/{person_id}/timeline";

/** Events of a person, newest first; earlier ones page by page. */
export function useTimeline(id: string) {
  const path = { person_id: id };
  return useInfiniteQuery({
    queryKey: ["get", timelinePath, { params: { path } }],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = pageParam === undefined ? {} : { before: pageParam };
      const { data } = await client.GET(timelinePath, { params: { path, query }, signal });
      if (data === undefined) throw new Error("no timeline");
      return data;
    },
    getNextPageParam: (last) => last.next ?? undefined,
  });
}
