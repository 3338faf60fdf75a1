import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";

export function useDuties() {
  return $api.useQuery("get", "/api/staff/duties", {});
}

export function useSpecialDays() {
  return $api.useQuery("get", "/api/staff/special-days", {});
}

function useStaffChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "staff");
}

export function useSetDuty() {
  return $api.useMutation("put", "/api/staff/duties/{account_id}/{userid}", { onSuccess: useStaffChanged() });
}

export function useSetSpecialDays() {
  return $api.useMutation("put", "/api/staff/special-days", { onSuccess: useStaffChanged() });
}
