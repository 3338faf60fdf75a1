import { $api } from "@/api/client";

/** Names of members; a userid nobody knows stays as it is. */
export function useStaffName(): (userid: unknown) => string {
  const { data } = $api.useQuery("get", "/api/staff", {});
  const names = new Map((data ?? []).map(({ userid, name }) => [userid, name]));
  return (userid) => names.get(String(userid)) ?? String(userid ?? "");
}
