import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { components } from "@/api/schema";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type ParkedRun = components["schemas"]["ParkedRun"];

export function useParkedRuns({ page, size }: TableState<"kind">) {
  const params = { query: { page, size } };
  return $api.useQuery("get", "/api/journey-runs/parked", { params }, { placeholderData: keepPreviousData });
}

function useChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "journeys");
}

export function useRetryRuns() {
  return $api.useMutation("post", "/api/journey-runs/retry", { onSettled: useChanged() });
}

export function useSkipRuns() {
  return $api.useMutation("post", "/api/journey-runs/skip", { onSettled: useChanged() });
}
