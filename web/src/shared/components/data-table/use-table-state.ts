import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

export const pageSizes = [10, 20, 50, 100];
const defaultSize = 10;

export interface TableState<Filter extends string> {
  page: number;
  size: number;
  filters: Record<Filter, string>;
  /** Replaces the filters that are given and goes back to the first page. */
  applyFilters(filters: Partial<Record<Filter, string>>): void;
  resetFilters(): void;
  goTo(page: number, size: number): void;
}

function positive(text: string | null, fallback: number): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
}

/** Page and filters of a table, kept in the address so that a link or the back button brings them back. */
export function useTableState<const Filter extends string>(keys: readonly Filter[]): TableState<Filter> {
  const [query, setQuery] = useSearchParams();

  const write = useCallback(
    (change: Record<string, string>) => {
      setQuery((before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of Object.entries(change)) {
          if (value === "") next.delete(key);
          else next.set(key, value);
        }
        return next;
      });
    },
    [setQuery],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys of one table never change
  return useMemo(() => {
    const filters = Object.fromEntries(keys.map((key) => [key, query.get(key) ?? ""]));
    const asked = positive(query.get("size"), defaultSize);
    return {
      page: positive(query.get("page"), 1),
      size: pageSizes.includes(asked) ? asked : defaultSize,
      filters: filters as Record<Filter, string>,
      applyFilters: (change) => write({ ...(change as Record<string, string>), page: "" }),
      resetFilters: () => write({ ...Object.fromEntries(keys.map((key) => [key, ""])), page: "" }),
      goTo: (page, size) =>
        write({ page: page === 1 ? "" : String(page), size: size === defaultSize ? "" : String(size) }),
    };
  }, [query, write]);
}
