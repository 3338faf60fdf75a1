import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import { useSignedIn } from "@/api/session";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type LinkFilter = "search";

/** Sites, keys and webhooks are the administrator's business; short links are any editor's. */
export function useMayManage(): boolean {
  return useSignedIn().user.role === "admin";
}

export function useSites() {
  return $api.useQuery("get", "/api/sites", {});
}

export function useLinkList({ page, size, filters }: TableState<LinkFilter>) {
  const query = { page, size, ...(filters.search && { search: filters.search }) };
  return $api.useQuery(
    "get",
    "/api/short-links",
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
}

export function useWebhooks() {
  return $api.useQuery("get", "/api/webhooks", {});
}

function useChanged(topic: string): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, topic);
}

export function useCreateSite() {
  return $api.useMutation("post", "/api/sites", { onSuccess: useChanged("sites") });
}

export function useRenameSite() {
  return $api.useMutation("patch", "/api/sites/{account_id}", { onSuccess: useChanged("sites") });
}

export function useRemoveSite() {
  return $api.useMutation("delete", "/api/sites/{account_id}", { onSuccess: useChanged("sites") });
}

export function useCreateKey() {
  return $api.useMutation("post", "/api/sites/{account_id}/keys", { onSuccess: useChanged("sites") });
}

export function useUpdateKey() {
  return $api.useMutation("patch", "/api/sites/{account_id}/keys/{key_id}", {
    onSuccess: useChanged("sites"),
  });
}

export function useRevokeKey() {
  return $api.useMutation("delete", "/api/sites/{account_id}/keys/{key_id}", {
    onSuccess: useChanged("sites"),
  });
}

export function useCreateLink() {
  return $api.useMutation("post", "/api/short-links", { onSuccess: useChanged("links") });
}

export function useUpdateLink() {
  return $api.useMutation("patch", "/api/short-links/{link_id}", { onSuccess: useChanged("links") });
}

export function useDeleteLink() {
  return $api.useMutation("delete", "/api/short-links/{link_id}", { onSuccess: useChanged("links") });
}

export function useCreateWebhook() {
  return $api.useMutation("post", "/api/webhooks", { onSuccess: useChanged("webhooks") });
}

export function useUpdateWebhook() {
  return $api.useMutation("patch", "/api/webhooks/{webhook_id}", { onSuccess: useChanged("webhooks") });
}

export function useDeleteWebhook() {
  return $api.useMutation("delete", "/api/webhooks/{webhook_id}", { onSuccess: useChanged("webhooks") });
}

export function useRotateSecret() {
  return $api.useMutation("post", "/api/webhooks/{webhook_id}/secret", { onSuccess: useChanged("webhooks") });
}

export function useTryWebhook() {
  return $api.useMutation("post", "/api/webhooks/{webhook_id}/test", { onSuccess: useChanged("webhooks") });
}
