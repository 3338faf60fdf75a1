import type { TFunction } from "i18next";
import { formatNumber } from "@/shared/format/format";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in the largest unit that leaves at least one of it. */
export function durationText(t: TFunction, seconds: number): string {
  if (seconds >= day) return t("paths.duration.days", { count: formatNumber(seconds / day) });
  if (seconds >= hour) return t("paths.duration.hours", { count: formatNumber(seconds / hour) });
  if (seconds >= minute) return t("paths.duration.minutes", { count: formatNumber(seconds / minute) });
  return t("paths.duration.seconds", { count: formatNumber(seconds) });
}
