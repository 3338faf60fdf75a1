import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { TableState } from "@/shared/components/data-table/use-table-state";

export type PersonFilter = "search" | "kind" | "state_code" | "resolved" | "tag" | "company";
export type KindTab = "external_contact" | "follower" | "phone_only" | "visitor";

export function usePersonList({ page, size, filters }: TableState<PersonFilter>) {
  const { search, kind, state_code, resolved, tag, company } = filters;
  const query = {
    page,
    size,
    ...(search && { search }),
    ...(kind && { kind: kind as KindTab }),
    ...(state_code && { state_code }),
    ...(resolved && { resolved: resolved === "true" }),
    ...(Number(tag) > 0 && { tag: Number(tag) }),
    ...(Number(company) > 0 && { company: Number(company) }),
  };
  return $api.useQuery("get", "/api/persons", { params: { query } }, { placeholderData: keepPreviousData });
}

/** Tags to choose from, by group; those that are archived, not there yet, or `without` are left out. */
export function useTagOptions(without: number[] = []) {
  const tags = $api.useQuery("get", "/api/tags", {});
  return (tags.data ?? [])
    .filter(({ id, state, archived_at }) => state === "ready" && !archived_at && !without.includes(id))
    .map(({ id, name, group, account_name }) => ({
      value: id,
      label: [account_name, group, name].filter(Boolean).join(" · "),
    }));
}

export function usePerson(id: string) {
  return $api.useQuery("get", "/api/persons/{person_id}", { params: { path: { person_id: id } } });
}

export function useUndoLink(personId: string, action: "undo" | "redo") {
  const queries = useQueryClient();
  return $api.useMutation("post", `/api/persons/{person_id}/facts/{key}/${action}`, {
    onSuccess: () => {
      invalidateTopic(queries, `person:${personId}`);
      invalidateTopic(queries, "persons");
    },
  });
}

export function useMessageWindows(personId: string) {
  return $api.useQuery("get", "/api/service-messages/{person_id}", {
    params: { path: { person_id: personId } },
  });
}

export function useWriteMessage() {
  const queries = useQueryClient();
  return $api.useMutation("post", "/api/service-messages/{person_id}", {
    onSuccess: () => invalidateTopic(queries, "official_accounts"),
  });
}

export function useContactStanding(personId: string) {
  return $api.useQuery("get", "/api/persons/{person_id}/contact", {
    params: { path: { person_id: personId } },
  });
}

export function useNoteContact(personId: string) {
  const queries = useQueryClient();
  return $api.useMutation("post", "/api/persons/{person_id}/contact", {
    onSuccess: () => invalidateTopic(queries, `person:${personId}`),
  });
}
