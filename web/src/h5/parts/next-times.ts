import { formatDate } from "@/shared/format/format";

const hour = 3_600_000;
const day = 24 * hour;

/** A moment of Beijing by its day and hour; China has had no daylight saving time since 1991. */
function beijing(date: string, clock: string): number {
  return Date.parse(`${date}T${clock}:00+08:00`);
}

/** Times to choose by one tap, as a salesperson thinks of them; those that are over are not offered. */
export function offers(now: number): { key: "today" | "tomorrow" | "threeDays" | "monday"; at: number }[] {
  const today = formatDate(new Date(now));
  const start = beijing(today, "00:00");
  const weekday = new Date(start + 8 * hour).getUTCDay();
  const monday = start + ((8 - weekday) % 7 || 7) * day;
  return [
    { key: "today" as const, at: beijing(today, "17:00") },
    { key: "tomorrow" as const, at: start + day + 10 * hour },
    { key: "threeDays" as const, at: start + 3 * day + 10 * hour },
    { key: "monday" as const, at: monday + 10 * hour },
  ].filter(({ at }, index, all) => at > now && all.findIndex((other) => other.at === at) === index);
}

/** The value of a `datetime-local` field: Beijing's clock, wherever the phone is. */
export function toField(moment: number): string {
  return new Date(moment + 8 * hour).toISOString().slice(0, 16);
}

/** Undo `toField`; null for an empty field. */
export function fromField(value: string): number | null {
  const moment = Date.parse(`${value}:00+08:00`);
  return Number.isNaN(moment) ? null : moment;
}
