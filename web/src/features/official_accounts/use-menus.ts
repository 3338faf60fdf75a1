import { $api } from "@/api/client";
import { useChanged } from "./use-official-accounts";

export function useMenu(accountId: number) {
  return $api.useQuery("get", "/api/account-menus/{account_id}", {
    params: { path: { account_id: accountId } },
  });
}

export function usePublishMenu() {
  return $api.useMutation("post", "/api/account-menus/{account_id}", { onSuccess: useChanged() });
}

export function useFetchMenu() {
  return $api.useMutation("post", "/api/account-menus/{account_id}/fetch", { onSuccess: useChanged() });
}
