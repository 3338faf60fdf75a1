import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { $api, client } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { RuleCount, RuleFault } from "@/api/types";
import { useSettled } from "@/shared/hooks/use-settled";
import type { RuleGroup } from "./rule";

export function useSegmentActs() {
  const queries = useQueryClient();
  const settled = { onSettled: () => invalidateTopic(queries, "segments") };
  return {
    create: $api.useMutation("post", "/api/segments", settled),
    change: $api.useMutation("patch", "/api/segments/{segment_id}", settled),
    archive: $api.useMutation("post", "/api/segments/{segment_id}/archive", settled),
    refresh: $api.useMutation("post", "/api/segments/{segment_id}/refresh", settled),
  };
}

export function useCatalogue() {
  return $api.useQuery("get", "/api/segments/terms", {});
}

export interface Preview {
  faults: RuleFault[];
  found: RuleCount | null;
}

/**
 * What is wrong with a rule that is being written, else how many it holds for: a first figure within a second, from a
 * sample where there are many, then the exact one. A newer rule cancels the questions.
 */
export function usePreview(rule: RuleGroup, segmentId: number | null) {
  const settled = useSettled(rule);
  const body = { rule: settled, segment_id: segmentId };
  const asked = { retry: false, staleTime: 10_000 } as const;
  const first = useQuery({
    ...asked,
    queryKey: ["segment-preview", "first", settled, segmentId],
    enabled: settled.terms.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Preview> => {
      const { data: faults } = await client.POST("/api/segments/validation", { body, signal });
      if (faults === undefined || faults.length > 0) return { faults: faults ?? [], found: null };
      const { data: found } = await client.POST("/api/segments/estimate", { body, signal });
      return { faults: [], found: found ?? null };
    },
  });
  const isBehind = first.isFetching || settled !== rule;
  const counted = useQuery({
    ...asked,
    queryKey: ["segment-preview", "exact", settled, segmentId],
    enabled: !isBehind && (first.isError || first.data?.found?.exact === false),
    queryFn: async ({ signal }): Promise<RuleCount | null> =>
      (await client.POST("/api/segments/count", { body, signal })).data ?? null,
  });
  const exact = isBehind ? null : counted.data;
  return {
    faults: first.data?.faults ?? [],
    data: exact ? { faults: [], found: exact } : first.data,
    error: exact || (first.isError && counted.isFetching) ? null : first.error,
    isBehind,
    isCounting: counted.isFetching,
    gaveUp: counted.isError,
  };
}

export function useMembers(id: number) {
  const path = { segment_id: id };
  return useInfiniteQuery({
    queryKey: ["get", "/api/segments/{segment_id}/members", { params: { path } }],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = pageParam === undefined ? {} : { after: pageParam as unknown as number };
      const { data } = await client.GET("/api/segments/{segment_id}/members", {
        params: { path, query },
        signal,
      });
      if (data === undefined) throw new Error("no members");
      return data;
    },
    getNextPageParam: (last) => last.after ?? undefined,
  });
}
