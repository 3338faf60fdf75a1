import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { LeadDetail, LeadStage } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type LeadFilter = "search" | "stage" | "staff" | "late" | "campaign_id" | "order";

export const stages: LeadStage[] = ["lead", "mql", "accepted", "sql", "opportunity", "won", "lost"];
/** Both ends, as the filter writes them. */
export const closedStages = "won,lost";
export const orders = ["newest", "score", "next"] as const;
export type Order = (typeof orders)[number];
export const lostReasons = [
  "no_need",
  "price",
  "timing",
  "competitor",
  "student",
  "wrong_contact",
  "unreachable",
  "duplicate",
  "other",
] as const;
export type LostReason = (typeof lostReasons)[number];

/** What a table's or a board's filters ask of the server. */
export function queryOf(filters: Record<LeadFilter, string>, pool: boolean) {
  const { search, stage, staff, late, campaign_id, order } = filters;
  return {
    ...(search && { search }),
    ...(stage && { stage: stage.split(",") as LeadStage[] }),
    ...(staff && { staff }),
    ...(late && { late: late === "true" }),
    ...(campaign_id && { campaign_id: Number(campaign_id) }),
    ...(order && { order: order as Order }),
    ...(pool && { pool: true }),
  };
}

/** The file of what a list shows. */
export function exportAddress(filters: Record<LeadFilter, string>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(queryOf(filters, false))) {
    for (const each of Array.isArray(value) ? value : [value]) query.append(key, String(each));
  }
  return `/api/leads/export.csv?${query}`;
}

export function useLeadList({ page, size, filters }: TableState<LeadFilter>, pool: boolean) {
  const query = { page, size, ...queryOf(filters, pool) };
  return $api.useQuery("get", "/api/leads", { params: { query } }, { placeholderData: keepPreviousData });
}

/** One column of the board: the newest leads of a stage. */
export function useLeadColumn(filters: Record<LeadFilter, string>, stage: LeadStage[]) {
  const query = { ...queryOf(filters, false), size: 20, stage };
  return $api.useQuery("get", "/api/leads", { params: { query } }, { placeholderData: keepPreviousData });
}

export function useLeadFigures() {
  return $api.useQuery("get", "/api/leads/figures", {});
}

export function useLead(id: number) {
  return $api.useQuery("get", "/api/leads/{lead_id}", { params: { path: { lead_id: id } } });
}

function useChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "leads");
}

export function useCreateLead() {
  return $api.useMutation("post", "/api/leads", { onSuccess: useChanged() });
}

/** Acts on one lead; every answer is the lead as it is then, and shown at once. */
export function useLeadActs(id: number) {
  const queries = useQueryClient();
  const changed = useChanged();
  const params = { path: { lead_id: id } };
  const { queryKey } = $api.queryOptions("get", "/api/leads/{lead_id}", { params });
  const onSuccess = (lead: LeadDetail) => {
    queries.setQueryData(queryKey, lead);
    changed();
  };
  const accept = $api.useMutation("post", "/api/leads/{lead_id}/accept", { onSuccess });
  const contacted = $api.useMutation("post", "/api/leads/{lead_id}/contacted", { onSuccess });
  const putBack = $api.useMutation("post", "/api/leads/{lead_id}/return", { onSuccess });
  const note = $api.useMutation("post", "/api/leads/{lead_id}/notes", { onSuccess });
  const stage = $api.useMutation("post", "/api/leads/{lead_id}/stage", { onSuccess });
  const assign = $api.useMutation("post", "/api/leads/{lead_id}/assign", { onSuccess });
  const claim = $api.useMutation("post", "/api/leads/{lead_id}/claim", { onSuccess });
  const adding = $api.useMutation("post", "/api/leads/{lead_id}/adding", { onSuccess });
  const chips = $api.useMutation("put", "/api/leads/{lead_id}/chips", { onSuccess });
  const profile = $api.useMutation("put", "/api/leads/{lead_id}/profile", { onSuccess });
  return { params, accept, contacted, putBack, note, stage, assign, claim, adding, chips, profile };
}

/** Members who may have customers, for choosing one. */
export function useMembers(accountId?: number) {
  const { data } = $api.useQuery("get", "/api/staff", {});
  return (data ?? []).filter(
    ({ account_id, contact_enabled }) =>
      contact_enabled && (accountId === undefined || account_id === accountId),
  );
}
