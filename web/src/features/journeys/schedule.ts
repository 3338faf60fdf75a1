/** `entry.schedule` as definitions hold it; see docs/reference/journeys.md. */
export const everies = ["once", "daily", "weekly"] as const;
export type Every = (typeof everies)[number];

export interface Schedule {
  segment_id?: number | undefined;
  every: Every;
  /** HH:MM in Beijing. */
  at?: string | undefined;
  /** 2026-12-01, of `once`. */
  day?: string | undefined;
  /** 0 is Monday, of `weekly`. */
  weekdays?: number[] | undefined;
}

export const freshSchedule: Schedule = { every: "daily", at: "10:00" };

/** The same schedule, as often: the day is of `once` alone, weekdays are of `weekly` alone. */
export function withEvery({ day, weekdays, ...rest }: Schedule, every: Every): Schedule {
  if (every === "once") return { ...rest, every, day };
  if (every === "weekly") return { ...rest, every, weekdays: weekdays ?? [0] };
  return { ...rest, every };
}
