import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { $api, client } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { MomentInput, MomentPost } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type MomentFilter = "search" | "state";
export const kinds = ["value", "proof", "persona", "interaction", "ad"] as const;
export const states = ["draft", "planned", "asked", "done", "cancelled", "failed", "uncertain"] as const;
const acts = ["plan", "cancel", "delete"] as const;
export type MomentAct = (typeof acts)[number];

const at = (id: number) => ({ params: { path: { moment_id: id } } });

export function useMomentList({ page, size, filters }: TableState<MomentFilter>) {
  const state = states.find((each) => each === filters.state);
  const query = { page, size, ...(filters.search && { search: filters.search }), ...(state && { state }) };
  return $api.useQuery("get", "/api/moments", { params: { query } }, { placeholderData: keepPreviousData });
}

export function useMoment(id: number) {
  return $api.useQuery("get", "/api/moments/{moment_id}", at(id));
}

export function useMomentCheck(id: number) {
  return $api.useQuery("get", "/api/moments/{moment_id}/check", at(id));
}

/** Of a post as JSON; empty: there is nothing to ask yet. */
export function useUnwrittenCheck(post: string) {
  return useQuery({
    queryKey: ["post", "/api/moments/check", post],
    enabled: post !== "",
    retry: false,
    placeholderData: post === "" ? undefined : keepPreviousData,
    queryFn: async ({ signal }) =>
      (await client.POST("/api/moments/check", { body: JSON.parse(post) as MomentInput, signal })).data ??
      null,
  });
}

export function useMomentMembers(id: number) {
  return $api.useQuery("get", "/api/moments/{moment_id}/members", at(id));
}

export function useMomentsChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "moments");
}

/** What can be done with a post as it is now. */
export function actsOf({ state, cancelling }: MomentPost): MomentAct[] {
  if (state === "draft") return ["delete", "plan"];
  return state === "planned" || (state === "asked" && !cancelling) ? ["cancel"] : [];
}

export function useAct({ id, version }: MomentPost, act: MomentAct) {
  const changed = { onSuccess: useMomentsChanged() };
  const plan = $api.useMutation("post", "/api/moments/{moment_id}/plan", changed);
  const cancel = $api.useMutation("post", "/api/moments/{moment_id}/cancel", changed);
  const remove = $api.useMutation("delete", "/api/moments/{moment_id}", changed);
  const path = { moment_id: id };
  const run = {
    plan: () => plan.mutateAsync({ params: { path, query: { version } } }),
    cancel: () => cancel.mutateAsync({ params: { path } }),
    delete: () => remove.mutateAsync({ params: { path } }),
  };
  return { isPending: plan.isPending || cancel.isPending || remove.isPending, run: run[act] };
}
