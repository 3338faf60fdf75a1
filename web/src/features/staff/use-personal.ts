import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { PersonalInput } from "@/api/types";

export function usePersonalAccounts() {
  return $api.useQuery("get", "/api/staff/personal-accounts", {});
}

function useStaffChanged(): { onSuccess(): void } {
  const queries = useQueryClient();
  return { onSuccess: () => invalidateTopic(queries, "staff") };
}

/** Saves a new one (id null) or a known one. */
export function useSavePersonal() {
  const changed = useStaffChanged();
  const add = $api.useMutation("post", "/api/staff/personal-accounts", changed);
  const change = $api.useMutation("put", "/api/staff/personal-accounts/{personal_id}", changed);
  return (id: number | null, body: PersonalInput) =>
    id === null
      ? add.mutateAsync({ body })
      : change.mutateAsync({ params: { path: { personal_id: id } }, body });
}

export function useArchivePersonal() {
  return $api.useMutation("put", "/api/staff/personal-accounts/{personal_id}/archived", useStaffChanged());
}

export function useReportFriends() {
  return $api.useMutation(
    "put",
    "/api/staff/personal-accounts/{personal_id}/counts/{day}",
    useStaffChanged(),
  );
}
