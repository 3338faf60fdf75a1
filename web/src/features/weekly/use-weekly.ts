import { keepPreviousData } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { $api } from "@/api/client";
import type { WeekReport } from "@/api/types";
import { formatDate } from "@/shared/format/format";

export type Group = "paths" | "campaigns" | "articles" | "staff";
export const groups: readonly Group[] = ["paths", "campaigns", "articles", "staff"];
export type WeekRow = WeekReport["paths"][number];

const dayLength = 86_400_000;

/** The Monday some weeks away from another; both `2026-11-23`. */
export function mondayAfter(monday: string, weeks: number): string {
  return formatDate(new Date(Date.parse(`${monday}T04:00:00Z`) + weeks * 7 * dayLength));
}

/** The week in the address; without one the server chooses the newest that is over. */
export function useWeek() {
  const [params, setParams] = useSearchParams();
  const monday = params.get("week");
  const show = (week: string) => setParams({ week }, { replace: true });
  return { monday, show };
}

export function useWeekReport(monday: string | null) {
  const query = monday ? { monday } : {};
  return $api.useQuery("get", "/api/weekly", { params: { query } }, { placeholderData: keepPreviousData });
}
