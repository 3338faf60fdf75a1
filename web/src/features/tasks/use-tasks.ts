import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { components } from "@/api/schema";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type StaffTask = components["schemas"]["StaffTaskInfo"];
export const taskStates = ["open", "expired", "ended"] as const;
export type TaskState = (typeof taskStates)[number];

export function stateOf({ filters }: TableState<"state">): TaskState {
  return taskStates.find((each) => each === filters.state) ?? "open";
}

export function useTaskList(table: TableState<"state">) {
  const params = { query: { page: table.page, size: table.size, state: stateOf(table) } };
  return $api.useQuery("get", "/api/tasks", { params }, { placeholderData: keepPreviousData });
}

export function useEndTask() {
  const queries = useQueryClient();
  return $api.useMutation("post", "/api/tasks/{task_id}/end", {
    onSettled: () => invalidateTopic(queries, "tasks"),
  });
}
