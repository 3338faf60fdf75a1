import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";

export function useTagActs() {
  const queries = useQueryClient();
  const settled = { onSettled: () => invalidateTopic(queries, "tags") };
  return {
    create: $api.useMutation("post", "/api/tags", settled),
    rename: $api.useMutation("put", "/api/tags/{tag_id}", settled),
    archive: $api.useMutation("put", "/api/tags/{tag_id}/archived", settled),
    retry: $api.useMutation("post", "/api/tags/{tag_id}/retry", settled),
    refresh: $api.useMutation("post", "/api/tags/refresh", settled),
  };
}
