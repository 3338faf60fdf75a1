import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Letter } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type LetterFilter = "kind";
export type LetterKind = Letter["kind"];

export function useLetterList({ page, size, filters }: TableState<LetterFilter>) {
  const kind: LetterKind = filters.kind === "event" ? "event" : "command";
  const params = { query: { page, size, kind } };
  return $api.useQuery("get", "/api/dead-letters", { params }, { placeholderData: keepPreviousData });
}

function useChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "dead_letters");
}

export function useReplay() {
  return $api.useMutation("post", "/api/dead-letters/replay", { onSettled: useChanged() });
}

export function useDiscard() {
  return $api.useMutation("post", "/api/dead-letters/discard", { onSettled: useChanged() });
}
