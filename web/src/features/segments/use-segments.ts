import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { $api, client } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { RuleFault } from "@/api/types";
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

/** Typing settles for so long before anybody is counted. */
const pause = 350;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export interface Preview {
  faults: RuleFault[];
  count: number | null;
  sample: { id: string; name: string | null; company: string | null }[];
}

/** What is wrong with a rule that is being written, else how many it holds for. A newer rule cancels the question. */
export function usePreview(rule: RuleGroup, segmentId: number | null) {
  const settled = useSettled(rule);
  const query = useQuery({
    queryKey: ["segment-preview", settled, segmentId],
    enabled: settled.terms.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 10_000,
    queryFn: async ({ signal }): Promise<Preview> => {
      const body = { rule: settled, segment_id: segmentId };
      const { data: faults } = await client.POST("/api/segments/validation", { body, signal });
      if (faults === undefined || faults.length > 0) return { faults: faults ?? [], count: null, sample: [] };
      const { data: found } = await client.POST("/api/segments/count", { body, signal });
      return { faults: [], count: found?.count ?? null, sample: found?.sample ?? [] };
    },
  });
  return { ...query, isBehind: query.isFetching || settled !== rule };
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
