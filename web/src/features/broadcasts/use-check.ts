import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { client } from "@/api/client";
import type { Broadcast, BroadcastCheck } from "@/api/types";

/** What the looks say together. A member may have customers in several. */
export function sumLooks(looks: readonly BroadcastCheck[]) {
  const sum = (pick: (look: BroadcastCheck) => number) => looks.reduce((n, look) => n + pick(look), 0);
  const several = (pick: (look: BroadcastCheck) => string[]) => new Set(looks.flatMap(pick)).size;
  const byReason = (pick: (look: BroadcastCheck) => Record<string, number>) => {
    const found = new Map<string, number>();
    for (const [reason, count] of looks.flatMap((look) => Object.entries(pick(look))))
      found.set(reason, (found.get(reason) ?? 0) + count);
    return [...found].sort(([, a], [, b]) => b - a);
  };
  return {
    persons: sum(({ persons }) => persons),
    reachable: sum(({ reachable }) => reachable),
    held: sum(({ held }) => held),
    wouldSend: sum(({ would_send }) => would_send),
    windowUnknown: sum(({ window_unknown }) => window_unknown),
    members: several(({ members }) => members),
    full: several(({ full }) => full),
    reasons: byReason(({ reasons }) => reasons),
    later: byReason(({ later }) => later),
    byPlatform: looks.some(({ by_platform }) => by_platform),
  };
}

/** Looks at everybody, one call after the other. Live news does not begin it anew: it may be a hundred calls. */
export function useCheck({ id, version }: Broadcast) {
  const query = useInfiniteQuery({
    queryKey: ["broadcast-check", id, version],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    initialPageParam: null as { after: string; spent: number } | null,
    queryFn: async ({ pageParam, signal }) => {
      const asked = pageParam === null ? {} : { ...pageParam, after: pageParam.after as unknown as number };
      const { data } = await client.GET("/api/broadcasts/{broadcast_id}/check", {
        params: { path: { broadcast_id: id }, query: asked },
        signal,
      });
      if (data === undefined) throw new Error("no check");
      return data;
    },
    getNextPageParam: ({ after }, looks) => {
      const { wouldSend, windowUnknown } = sumLooks(looks);
      return after === null ? undefined : { after, spent: wouldSend + windowUnknown };
    },
  });
  const { hasNextPage, isFetching, error, fetchNextPage, refetch } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [hasNextPage, isFetching, error, fetchNextPage]);
  return {
    looks: query.data?.pages ?? [],
    error,
    isComplete: query.data !== undefined && !hasNextPage && !isFetching,
    again: () => void refetch(),
  };
}
