import type { DryRun } from "@/api/types";

interface Trigger {
  kind: string;
  where?: { op: string; field?: string; value?: unknown; terms?: unknown[] } | null;
}

/** A trigger of a draft by its number: entry, then waits, then goal, as the server counts them. */
export interface OwnTrigger {
  number: number;
  what: "entry" | "wait" | "goal";
  node: string;
  kind: string;
  only: string;
}

export interface ScriptRow {
  count: number;
  unit: keyof typeof unitSeconds;
  event: string;
}

export interface DryRunValues {
  people: DryRun["people"];
  persons?: string[];
  count: number;
  start?: string;
  byHand: boolean;
  script: ScriptRow[];
}

export const unitSeconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const own = "trigger:";

export const eventOf = (trigger: OwnTrigger) => `${own}${trigger.number}`;

/** A draft may be anything that somebody is writing. */
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** What a trigger asks of its event besides the kind, in a few words. */
function only({ where }: Trigger): string {
  if (!where) return "";
  const terms = where.op === "all" ? listOf(where.terms) : [where];
  return terms
    .map(fieldsOf)
    .filter(({ op }) => op === "is")
    .map(({ value }) => String(value))
    .join(", ");
}

export function triggersOf(draft: Record<string, unknown>): OwnTrigger[] {
  const found: Omit<OwnTrigger, "number">[] = [];
  const add = (what: OwnTrigger["what"], node: unknown, triggers: unknown) => {
    for (const each of listOf(triggers)) {
      const trigger = fieldsOf(each) as unknown as Trigger;
      found.push({ what, node: String(node ?? ""), kind: String(trigger.kind), only: only(trigger) });
    }
  };
  add("entry", "", fieldsOf(draft.entry).events);
  for (const node of listOf(draft.nodes).map(fieldsOf)) {
    if (node.type === "wait") add("wait", node.id, node.cases);
  }
  add("goal", "", fieldsOf(draft.goal).events);
  return found.map((trigger, number) => ({ ...trigger, number }));
}

/** What the server is asked, out of the form. */
export function toRequest(values: DryRunValues, draft: Record<string, unknown>): DryRun {
  const { people, count } = values;
  if (people === "entrants") return { draft, people, count, by_hand: false };
  return {
    draft,
    people,
    count,
    by_hand: values.byHand,
    ...(people === "chosen" && { persons: values.persons ?? [] }),
    ...(values.start && { starts_at: `${values.start}:00+08:00` }),
    script: values.script.map(({ count: after, unit, event }) => ({
      after_seconds: Math.round(after * unitSeconds[unit]),
      ...(event.startsWith(own)
        ? { trigger: Number(event.slice(own.length)) }
        : { kind: event as NonNullable<NonNullable<DryRun["script"]>[number]["kind"]> }),
    })),
  };
}
