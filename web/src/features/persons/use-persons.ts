import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { $api, client } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type PersonFilter = "search" | "kind" | "state_code" | "resolved";
export type KindTab = "external_contact" | "follower" | "phone_only";

export function usePersonList({ page, size, filters }: TableState<PersonFilter>) {
  const { search, kind, state_code, resolved } = filters;
  const query = {
    page,
    size,
    ...(search && { search }),
    ...(kind && { kind: kind as KindTab }),
    ...(state_code && { state_code }),
    ...(resolved && { resolved: resolved === "true" }),
  };
  return $api.useQuery("get", "/api/persons", { params: { query } }, { placeholderData: keepPreviousData });
}

export function usePerson(id: string) {
  return $api.useQuery("get", "/api/persons/{person_id}", { params: { path: { person_id: id } } });
}

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

export function useUndoLink(personId: string, action: "undo" | "redo") {
  const queries = useQueryClient();
  return $api.useMutation("post", `/api/persons/{person_id}/facts/{key}/${action}`, {
    onSuccess: () => {
      invalidateTopic(queries, `person:${personId}`);
      invalidateTopic(queries, "persons");
    },
  });
}

export function useStaffName(): (userid: unknown) => string {
  const { data } = $api.useQuery("get", "/api/staff", {});
  const names = new Map((data ?? []).map(({ userid, name }) => [userid, name]));
  return (userid) => names.get(String(userid)) ?? String(userid ?? "");
}
