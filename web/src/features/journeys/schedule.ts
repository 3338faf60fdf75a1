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

/** What is filled in of it. */
export function fieldsOfSchedule({ every }: Schedule): (keyof Schedule)[] {
  const its = { once: ["day"], daily: [], weekly: ["weekdays"] } as const;
  return ["segment_id", "every", ...(its[every] ?? []), "at"];
}

/** The same schedule, as often: the day is of `once` alone, weekdays are of `weekly` alone. */
export function withEvery({ day, weekdays, ...rest }: Schedule, every: Every): Schedule {
  if (every === "once") return { ...rest, every, day };
  if (every === "weekly") return { ...rest, every, weekdays: weekdays ?? [0] };
  return { ...rest, every };
}
