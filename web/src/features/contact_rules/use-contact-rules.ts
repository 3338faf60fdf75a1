import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import { useSignedIn } from "@/api/session";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type HeldFilter = "state";

export function useContactRules() {
  return $api.useQuery("get", "/api/contact-rules");
}

export function useChangeContactRules() {
  const queries = useQueryClient();
  return $api.useMutation("put", "/api/contact-rules", {
    onSettled: () => invalidateTopic(queries, "contact_rules"),
  });
}

/** Who decides how often people are written to. */
export function useMayRule(): boolean {
  const { role } = useSignedIn().user;
  return role === "admin" || role === "lead";
}

export function useHeldList({ page, size, filters }: TableState<HeldFilter>) {
  const state: "waiting" | "refused" = filters.state === "waiting" ? "waiting" : "refused";
  const params = { query: { page, size, state } };
  return $api.useQuery("get", "/api/held-messages", { params }, { placeholderData: keepPreviousData });
}
