import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { CampaignKind } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type CampaignFilter = "search" | "kind" | "archived";

export const campaignKinds: CampaignKind[] = [
  "live",
  "white_paper",
  "exhibition",
  "customer_story",
  "article",
  "other",
];

export function useCampaignList({ page, size, filters }: TableState<CampaignFilter>) {
  const { search, kind, archived } = filters;
  const query = {
    page,
    size,
    ...(search && { search }),
    ...(kind && { kind: kind as CampaignKind }),
    ...(archived && { archived: true }),
  };
  return $api.useQuery("get", "/api/campaigns", { params: { query } }, { placeholderData: keepPreviousData });
}

export function useCampaign(id: number) {
  return $api.useQuery("get", "/api/campaigns/{campaign_id}", { params: { path: { campaign_id: id } } });
}

function useChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "campaigns");
}

export function useCreateCampaign() {
  return $api.useMutation("post", "/api/campaigns", { onSuccess: useChanged() });
}

export function useUpdateCampaign() {
  return $api.useMutation("patch", "/api/campaigns/{campaign_id}", { onSuccess: useChanged() });
}

export function useAddCost() {
  return $api.useMutation("post", "/api/campaigns/{campaign_id}/costs", { onSuccess: useChanged() });
}

export function useRemoveCost() {
  return $api.useMutation("delete", "/api/campaigns/{campaign_id}/costs/{cost_id}", {
    onSuccess: useChanged(),
  });
}
