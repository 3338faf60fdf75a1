import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Account, SceneQr } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type SceneQrFilter = "search" | "account_id";

/** The connected official accounts; undefined while they are loaded. */
export function useOfficialAccounts(): Account[] | undefined {
  const { data } = $api.useQuery("get", "/api/accounts", {});
  return data?.filter(({ kind }) => kind === "official_account");
}

export function useSceneQrList({ page, size, filters }: TableState<SceneQrFilter>) {
  const account = Number(filters.account_id) || null;
  const query = {
    page,
    size,
    ...(filters.search && { search: filters.search }),
    ...(account && { account_id: account }),
  };
  return $api.useQuery("get", "/api/scene-qrs", { params: { query } }, { placeholderData: keepPreviousData });
}

export function useChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "official_accounts");
}

export function useCreateSceneQr() {
  return $api.useMutation("post", "/api/scene-qrs", { onSuccess: useChanged() });
}

export function useUpdateSceneQr() {
  return $api.useMutation("patch", "/api/scene-qrs/{qr_id}", { onSuccess: useChanged() });
}

export function useDeleteSceneQr() {
  return $api.useMutation("delete", "/api/scene-qrs/{qr_id}", { onSuccess: useChanged() });
}

export function useRenewSceneQr() {
  return $api.useMutation("post", "/api/scene-qrs/{qr_id}/renew", { onSuccess: useChanged() });
}

export function useWriteFollowReply() {
  return $api.useMutation("put", "/api/follow-replies/{account_id}", { onSuccess: useChanged() });
}

/** Where the picture of a code is; the version makes the browser fetch it again after a renewal. */
export function qrAddress(qr: SceneQr, kind: "png" | "svg", size?: number): string {
  const address = `/api/scene-qrs/${qr.id}/qr.${kind}?v=${qr.version}`;
  return size === undefined ? address : `${address}&size=${size}`;
}
