import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import { useSignedIn } from "@/api/session";
import type { VideoChannelInput } from "@/api/types";

export function useAccounts() {
  return $api.useQuery("get", "/api/accounts", {});
}

/** Accounts are the administrator's business. */
export function useMayManage(): boolean {
  return useSignedIn().user.role === "admin";
}

function useChanged(topic: string): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, topic);
}

export function useCreateAccount() {
  return $api.useMutation("post", "/api/accounts", { onSuccess: useChanged("accounts") });
}

export function useUpdateAccount() {
  return $api.useMutation("patch", "/api/accounts/{account_id}", { onSuccess: useChanged("accounts") });
}

export function useDeleteAccount() {
  return $api.useMutation("delete", "/api/accounts/{account_id}", { onSuccess: useChanged("accounts") });
}

export function useCheckAccount() {
  return $api.useMutation("post", "/api/accounts/{account_id}/check", { onSettled: useChanged("accounts") });
}

export function useLiftBrake() {
  return $api.useMutation("post", "/api/doctor/accounts/{account_id}/brakes/{what}/lift", {
    onSettled: useChanged("accounts"),
  });
}

export function useSyncStaff() {
  return $api.useMutation("post", "/api/accounts/{account_id}/staff-sync", {
    onSuccess: useChanged("staff"),
  });
}

/** Saves a new one (id null) or a known one. */
export function useSaveVideoChannel() {
  const changed = { onSuccess: useChanged("accounts") };
  const add = $api.useMutation("post", "/api/video-channels", changed);
  const change = $api.useMutation("put", "/api/video-channels/{account_id}", changed);
  return (id: number | null, body: VideoChannelInput) =>
    id === null
      ? add.mutateAsync({ body })
      : change.mutateAsync({ params: { path: { account_id: id } }, body });
}

export function useRemoveVideoChannel() {
  return $api.useMutation("delete", "/api/video-channels/{account_id}", {
    onSuccess: useChanged("accounts"),
  });
}
