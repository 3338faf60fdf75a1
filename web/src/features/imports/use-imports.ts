import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Import, ImportField } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";

/** How a column names an attribute of persons: this, and its key. */
export const ownPrefix = "attribute:";
export const importFields = [
  "name",
  "phone",
  "email",
  "company",
  "title",
  "need",
  "note",
  "owner",
  "state",
  "unionid",
  "external_userid",
  "former_source",
  "entered_on",
  "reached",
  "amount",
  "won_on",
] as const satisfies ImportField[];
/** By which a person is known: a file needs one of them. */
export const keyFields: ImportField[] = ["phone", "email", "unionid", "external_userid"];
/** What only members of a WeCom account have. */
export const wecomFields: ImportField[] = ["owner", "external_userid"];
export const templateAddress = "/api/imports/template.xlsx";

/** Steps as a person sees them; what runs by itself belongs to the step that began it. */
export function stepOf(state: Import["state"]): number {
  const steps: Record<Import["state"], number> = {
    draft: 1,
    checking: 2,
    checked: 2,
    running: 3,
    done: 3,
    undoing: 3,
    undone: 3,
  };
  return steps[state];
}

/** Attributes of persons that columns may hold, with their names. */
export function useOwnFields(): Map<ImportField, string> {
  const attributes = $api.useQuery("get", "/api/attributes", {}).data ?? [];
  const open = attributes.filter(({ archived_at }) => archived_at === null);
  return new Map(open.map(({ key, name }) => [ownPrefix + key, name]));
}

export function useImportList({ page, size }: TableState<never>) {
  return $api.useQuery(
    "get",
    "/api/imports",
    { params: { query: { page, size } } },
    { placeholderData: keepPreviousData },
  );
}

export function useImport(id: number) {
  return $api.useQuery("get", "/api/imports/{import_id}", { params: { path: { import_id: id } } });
}

function useChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "imports");
}

export function useMapImport() {
  return $api.useMutation("put", "/api/imports/{import_id}/mapping", { onSuccess: useChanged() });
}

export function useRunImport() {
  return $api.useMutation("post", "/api/imports/{import_id}/run", { onSuccess: useChanged() });
}

export function useUndoImport() {
  return $api.useMutation("post", "/api/imports/{import_id}/undo", { onSuccess: useChanged() });
}

export function useDeleteImport() {
  return $api.useMutation("delete", "/api/imports/{import_id}", { onSuccess: useChanged() });
}
