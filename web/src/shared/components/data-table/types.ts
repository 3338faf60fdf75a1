import type { ReactNode } from "react";

export interface Column<Row> {
  key: string;
  title: string;
  render(row: Row): ReactNode;
  width?: number;
  align?: "left" | "right" | "center";
  /** Cannot be hidden in the column settings. */
  fixed?: boolean;
  /** Stays visible at the right edge when the table scrolls sideways; for the column of actions. */
  sticky?: boolean;
}

/** What a table needs of a query; TanStack's result fits. */
export interface TableQuery<Row> {
  /** `more`: there are more than `total`. */
  data: { items: Row[]; total: number; more?: boolean } | undefined;
  error: unknown;
  isPending: boolean;
  isFetching: boolean;
  /** What is shown belongs to the page before. */
  isPlaceholderData: boolean;
  refetch(): unknown;
}
