import { $api } from "@/api/client";

/** The tags that an account has at the platform, by the platform's numbers, with how many of ours carry each. */
export function useAccountTags(accountId: number | undefined) {
  const tags = $api.useQuery("get", "/api/tags", {});
  const offered = (tags.data ?? []).filter(
    ({ account_id, platform_id, archived_at }) =>
      account_id === accountId && platform_id !== "" && archived_at === null,
  );
  return {
    isPending: tags.isPending,
    tags: offered.map(({ platform_id, name, persons }) => ({ number: Number(platform_id), name, persons })),
  };
}
