import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Broadcast, BroadcastStep } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type BroadcastFilter = "search" | "state";
export type RecipientFilter = "step";
export const kinds = ["mass_task", "service", "account_mass"] as const;
export const states = [
  "draft",
  "pending",
  "scheduled",
  "freezing",
  "sending",
  "done",
  "stopping",
  "stopped",
  "ended",
  "failed",
] as const;
export const steps: BroadcastStep[] = [
  "sent",
  "asked",
  "queued",
  "waiting",
  "failed",
  "skipped",
  "uncertain",
  "held",
];

export const at = (id: number) => ({ params: { path: { broadcast_id: id } } });

export function useBroadcastList({ page, size, filters }: TableState<BroadcastFilter>) {
  const state = states.find((each) => each === filters.state);
  const query = { page, size, ...(filters.search && { search: filters.search }), ...(state && { state }) };
  return $api.useQuery(
    "get",
    "/api/broadcasts",
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
}

export function useBroadcast(id: number) {
  return $api.useQuery("get", "/api/broadcasts/{broadcast_id}", at(id));
}

export function useMemberTasks(id: number) {
  return $api.useQuery("get", "/api/broadcasts/{broadcast_id}/tasks", at(id));
}

export function useRecipients(id: number, { page, size, filters }: TableState<RecipientFilter>) {
  const state = steps.find((each) => each === filters.step);
  const query = { page, size, ...(state && { state }) };
  return $api.useQuery(
    "get",
    "/api/broadcasts/{broadcast_id}/recipients",
    { params: { path: { broadcast_id: id }, query } },
    { placeholderData: keepPreviousData },
  );
}

export function useBroadcastsChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "broadcasts");
}

export const plainActs = ["stop", "resume", "end", "remind"] as const;
export const versionedActs = ["confirm", "approve", "decline"] as const;
export type BroadcastAct = (typeof plainActs)[number] | (typeof versionedActs)[number];

/** What can be done with a broadcast as it is now. */
export function actsOf({ state, kind, created_by_me, counts }: Broadcast): BroadcastAct[] {
  if (state === "draft") return ["confirm"];
  if (state === "pending") return created_by_me ? [] : ["approve", "decline"];
  const remind: BroadcastAct[] = kind === "mass_task" && (counts.asked ?? 0) > 0 ? ["remind"] : [];
  if (state === "scheduled" || state === "freezing" || state === "sending") return [...remind, "stop"];
  return state === "stopped" ? [...remind, "resume", "end"] : [];
}

export function useAct(broadcast: Broadcast, act: BroadcastAct) {
  const changed = { onSuccess: useBroadcastsChanged() };
  const plain = $api.useMutation(
    "post",
    `/api/broadcasts/{broadcast_id}/${act as (typeof plainActs)[number]}`,
    changed,
  );
  const versioned = $api.useMutation(
    "post",
    `/api/broadcasts/{broadcast_id}/${act as (typeof versionedActs)[number]}`,
    changed,
  );
  const path = { broadcast_id: broadcast.id };
  const isPlain = plainActs.some((each) => each === act);
  return {
    isPending: plain.isPending || versioned.isPending,
    run: () =>
      isPlain
        ? plain.mutateAsync({ params: { path } })
        : versioned.mutateAsync({ params: { path, query: { version: broadcast.version } } }),
  };
}
