import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { GroupCharterState, GroupKind, JoinWay } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type ChatFilter = "search" | "kind" | "charter" | "dismissed";
export type WayFilter = "search" | "status";

export function useChatList({ page, size, filters }: TableState<ChatFilter>) {
  const { search, kind, charter, dismissed } = filters;
  const query = {
    page,
    size,
    ...(search && { search }),
    ...(kind && { kind: kind as GroupKind }),
    ...(charter && { charter: charter as GroupCharterState }),
    ...(dismissed && { dismissed: true }),
  };
  return $api.useQuery(
    "get",
    "/api/group-chats",
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
}

export function useChat(id: number) {
  return $api.useQuery("get", "/api/group-chats/{chat_id}", { params: { path: { chat_id: id } } });
}

export function useWayList({ page, size, filters }: TableState<WayFilter>) {
  const { search, status } = filters;
  const query = {
    page,
    size,
    ...(search && { search }),
    ...(status && { status: status as JoinWay["status"] }),
  };
  return $api.useQuery("get", "/api/join-ways", { params: { query } }, { placeholderData: keepPreviousData });
}

function useChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "group_chats");
}

export function useSyncChats() {
  return $api.useMutation("post", "/api/group-chats/sync", { onSuccess: useChanged() });
}

export function useWriteCharter() {
  return $api.useMutation("put", "/api/group-chats/{chat_id}/charter", { onSuccess: useChanged() });
}

export function useCreateWay() {
  return $api.useMutation("post", "/api/join-ways", { onSuccess: useChanged() });
}

export function useUpdateWay() {
  return $api.useMutation("patch", "/api/join-ways/{way_id}", { onSuccess: useChanged() });
}

export function useDeleteWay() {
  return $api.useMutation("delete", "/api/join-ways/{way_id}", { onSuccess: useChanged() });
}

export function useRetryWay() {
  return $api.useMutation("post", "/api/join-ways/{way_id}/retry", { onSuccess: useChanged() });
}
