import type { Locale } from "@/api/types";

/** Times are shown in Beijing time wherever the reader is: the business runs on it. */
const timeZone = "Asia/Shanghai";
const minute = 60_000;
const day = 24 * 60 * minute;
/** Below this many cases a percentage says more than is known. */
export const fewestForShare = 20;

const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function split(moment: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(moment).map(({ type, value }) => [type, value]));
}

/** 2026-11-23 */
export function formatDate(moment: Date): string {
  const { year, month, day: date } = split(moment);
  return `${year}-${month}-${date}`;
}

/** 09:05 */
export function formatClock(moment: Date): string {
  const { hour, minute: min } = split(moment);
  return `${hour}:${min}`;
}

/** 2026-11-23 09:05:07 */
export function formatMoment(moment: Date): string {
  const { hour, minute: min, second } = split(moment);
  return `${formatDate(moment)} ${hour}:${min}:${second}`;
}

/** 11-23 09:05, with the year when it is another one. */
export function formatShort(moment: Date, now: Date): string {
  const date = formatDate(moment);
  const sameYear = date.slice(0, 4) === formatDate(now).slice(0, 4);
  return `${sameYear ? date.slice(5) : date} ${formatClock(moment)}`;
}

/** 2026年11月23日 星期一 or Monday, 23 November 2026 */
export function formatLongDay(moment: Date, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === "en-US" ? "en-GB" : locale, {
    timeZone,
    year: "numeric",
    month: "long",
    day: "numeric",
    weekday: "long",
  }).format(moment);
}

/** How many Beijing days ago: 0 today, 1 yesterday. */
export function daysAgo(moment: Date, now: Date): number {
  return Math.round((Date.parse(formatDate(now)) - Date.parse(formatDate(moment))) / day);
}

/** Whole minutes since then; never negative. */
export function minutesAgo(moment: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - moment.getTime()) / minute));
}

/** 1,284 */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 }).format(value);
}

/** 43% of enough cases; null when there are too few to say. */
export function formatShare(part: number, whole: number): string | null {
  if (whole < fewestForShare) return null;
  return `${formatNumber((part / whole) * 100)}%`;
}

const units = ["B", "KB", "MB", "GB"];

/** 1.5 MB */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), units.length - 1);
  return `${formatNumber(bytes / 1024 ** step)} ${units[step]}`;
}

/** What the platform counts: bytes of UTF-8, three for a Chinese character. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
