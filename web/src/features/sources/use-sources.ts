import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Source, Staff } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type SourceFilter = "search" | "status";

export function useSourceList({ page, size, filters }: TableState<SourceFilter>) {
  const { search, status } = filters;
  const query = {
    page,
    size,
    ...(search && { search }),
    ...(status && { status: status as Source["status"] }),
  };
  return $api.useQuery("get", "/api/sources", { params: { query } }, { placeholderData: keepPreviousData });
}

/** Names of staff by account and userid. */
export function useStaffNames(): (accountId: number, userid: string) => string {
  const { data } = $api.useQuery("get", "/api/staff", {});
  const names = new Map(
    (data ?? []).map((staff: Staff) => [`${staff.account_id} ${staff.userid}`, staff.name]),
  );
  return (accountId, userid) => names.get(`${accountId} ${userid}`) ?? userid;
}

function useSourcesChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "sources");
}

export function useDeleteSource() {
  return $api.useMutation("delete", "/api/sources/{source_id}", { onSuccess: useSourcesChanged() });
}

export function useRetrySource() {
  return $api.useMutation("post", "/api/sources/{source_id}/retry", { onSuccess: useSourcesChanged() });
}

/** Where the picture of a code is; the version makes the browser fetch it again after a change. */
export function qrAddress(source: Source, kind: "png" | "svg", size?: number): string {
  const address = `/api/sources/${source.id}/qr.${kind}?v=${source.version}`;
  return size === undefined ? address : `${address}&size=${size}`;
}
