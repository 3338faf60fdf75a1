import type { DryRun } from "@/api/types";
import type { Condition } from "./conditions";

/** A trigger of a draft by its number: entry, then waits, then goal, as the server counts them. */
export interface OwnTrigger {
  number: number;
  what: "entry" | "wait" | "task" | "goal";
  node: string;
  kind: string;
  where: Condition | undefined;
  /** Of a task: how it ends. */
  end: string;
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

/** How a staff task ends, in the order in which the server counts its triggers. */
const taskEnds = ["done", "declined", "expired", "nobody"];

export function triggersOf(draft: Record<string, unknown>): OwnTrigger[] {
  const found: Omit<OwnTrigger, "number">[] = [];
  const add = (what: OwnTrigger["what"], node: unknown, triggers: unknown) => {
    for (const each of listOf(triggers)) {
      const { kind, where, end } = fieldsOf(each);
      const condition = where ? (where as Condition) : undefined;
      found.push({
        what,
        node: String(node ?? ""),
        kind: String(kind),
        where: condition,
        end: String(end ?? ""),
      });
    }
  };
  add("entry", "", fieldsOf(draft.entry).events);
  for (const node of listOf(draft.nodes).map(fieldsOf)) {
    if (node.type === "wait") add("wait", node.id, node.cases);
    if (node.type === "staff_task")
      add(
        "task",
        node.id,
        taskEnds.map((end) => ({ kind: "TaskDone", end })),
      );
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
