function plain(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The same text for the same contents: the server stores keys in another order, and null for what is not set. */
export function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, plain);
}
