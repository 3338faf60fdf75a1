import { formatClock, formatDate } from "@/shared/format/format";

/** A moment as pickers have it, in Beijing time: 2026-11-26T09:30. */
export function toBeijing(at: string): string {
  const moment = new Date(at);
  return `${formatDate(moment)}T${formatClock(moment)}`;
}

/** The moment that such a value means, wherever the browser is. */
export function fromBeijing(value: string): string {
  return new Date(`${value}:00+08:00`).toISOString();
}
