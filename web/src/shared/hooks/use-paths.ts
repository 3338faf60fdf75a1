import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";

export const periods = [7, 28, 90] as const;
const dayMilliseconds = 86_400_000;
const beijingMilliseconds = 8 * 3_600_000;

/** The Beijing days of a period that ends today. */
export function periodOf(days: number, now: Date): { first: string; last: string } {
  const today = now.getTime() + beijingMilliseconds;
  const day = (moment: number) => new Date(moment).toISOString().slice(0, 10);
  return { first: day(today - (days - 1) * dayMilliseconds), last: day(today) };
}

export function usePaths() {
  return $api.useQuery("get", "/api/paths", {});
}

export function usePath(id: number) {
  return $api.useQuery("get", "/api/paths/{path_id}", { params: { path: { path_id: id } } });
}

/** The server knows which day it is; without a first day it reports the last 28. */
export function usePathReport(id: number, days: number, now: Date) {
  const query = days === 28 ? {} : periodOf(days, now);
  return $api.useQuery(
    "get",
    "/api/paths/{path_id}/report",
    { params: { path: { path_id: id }, query } },
    { placeholderData: keepPreviousData },
  );
}

function usePathsChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "paths");
}

export function useCreatePath() {
  return $api.useMutation("post", "/api/paths", { onSuccess: usePathsChanged() });
}

export function useImportPath() {
  return $api.useMutation("post", "/api/paths/import", { onSuccess: usePathsChanged() });
}

export function useDecideHops() {
  return $api.useMutation("put", "/api/paths/{path_id}/hops", { onSuccess: usePathsChanged() });
}

export function useArchivePath() {
  return $api.useMutation("delete", "/api/paths/{path_id}", { onSuccess: usePathsChanged() });
}
