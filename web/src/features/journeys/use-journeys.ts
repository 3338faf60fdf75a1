import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Journey } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type JourneyFilter = "search" | "status";
export const statuses = ["draft", "live", "paused", "stopped", "archived"] as const;
export type RunFilter = "person" | "state";
export const runStates = ["open", "parked", "ended"] as const;

export function useJourneyList({ page, size, filters }: TableState<JourneyFilter>) {
  const status = statuses.find((each) => each === filters.status);
  const query = { page, size, ...(filters.search && { search: filters.search }), ...(status && { status }) };
  return $api.useQuery("get", "/api/journeys", { params: { query } }, { placeholderData: keepPreviousData });
}

/** The newest journeys, to choose one of them or to name it. */
export function useNamedJourneys(): Journey[] {
  const query = { size: 100 };
  return $api.useQuery("get", "/api/journeys", { params: { query } }).data?.items ?? [];
}

export const at = (id: number) => ({ params: { path: { journey_id: id } } });

export function useJourney(id: number) {
  return $api.useQuery("get", "/api/journeys/{journey_id}", at(id));
}

export function useRuns(id: number, { page, size, filters }: TableState<RunFilter>) {
  const state = runStates.find((each) => each === filters.state);
  const query = { page, size, ...(state && { state }), ...(filters.person && { person_id: filters.person }) };
  return $api.useQuery(
    "get",
    "/api/journeys/{journey_id}/runs",
    { params: { path: { journey_id: id }, query } },
    { placeholderData: keepPreviousData },
  );
}

export function useRun(id: number) {
  return $api.useQuery("get", "/api/journey-runs/{run_id}", { params: { path: { run_id: id } } });
}

export function useJourneysChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "journeys");
}

export type JourneyAct = "pause" | "resume" | "stop" | "archive" | "unarchive";

/** What can be done with a journey as it is now. */
export function actsOf({ status, archived_at }: Journey): JourneyAct[] {
  if (archived_at !== null) return ["unarchive"];
  if (status === "live") return ["pause", "stop"];
  if (status === "paused") return ["resume", "stop"];
  return ["archive"];
}

export function useAct(act: JourneyAct) {
  return $api.useMutation("post", `/api/journeys/{journey_id}/${act}`, { onSuccess: useJourneysChanged() });
}

export function useCreateJourney() {
  return $api.useMutation("post", "/api/journeys", { onSuccess: useJourneysChanged() });
}

export type RunAct = "retry" | "skip" | "end";

export function useRunAct(act: RunAct) {
  return $api.useMutation("post", `/api/journey-runs/{run_id}/${act}`, { onSuccess: useJourneysChanged() });
}

/** What happened at the nodes of a version, the newest unless another is asked for; nothing was if there is none. */
export function useCounts(id: number, number: number | null) {
  return $api.useQuery(
    "get",
    "/api/journeys/{journey_id}/counts",
    { params: { path: { journey_id: id }, query: number === null ? {} : { number } } },
    { enabled: number !== null },
  );
}

export function usePublish() {
  return $api.useMutation("post", "/api/journeys/{journey_id}/publish", { onSuccess: useJourneysChanged() });
}

export function useVersions(id: number) {
  return $api.useQuery("get", "/api/journeys/{journey_id}/versions", at(id));
}

/** What publishing would mean, reckoned anew for each revision of the draft. */
export function useImpact(id: number, revision: number) {
  const query = $api.queryOptions("get", "/api/journeys/{journey_id}/impact", at(id));
  return useQuery({ ...query, queryKey: [...query.queryKey, revision] as unknown as typeof query.queryKey });
}

export function useFailures(id: number) {
  return $api.useQuery("get", "/api/journeys/{journey_id}/failures", at(id));
}

export function useChangeJourney() {
  return $api.useMutation("patch", "/api/journeys/{journey_id}", { onSuccess: useJourneysChanged() });
}

export function useEnter() {
  return $api.useMutation("post", "/api/journeys/{journey_id}/entries", { onSuccess: useJourneysChanged() });
}
