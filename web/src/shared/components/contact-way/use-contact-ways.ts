import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";

function useSourcesChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "sources");
}

export function useCreateSource() {
  return $api.useMutation("post", "/api/sources", { onSuccess: useSourcesChanged() });
}

export function useUpdateSource() {
  return $api.useMutation("patch", "/api/sources/{source_id}", { onSuccess: useSourcesChanged() });
}
