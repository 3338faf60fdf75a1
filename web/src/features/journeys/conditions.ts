/** Conditions as definitions hold them; see docs/reference/journeys.md. */
export interface Group {
  op: "all" | "any" | "none";
  terms: Condition[];
}

export interface Term {
  op: string;
  field: string;
  value?: unknown;
}

export type Condition = Group | Term;

export const groupOps = ["all", "any", "none"] as const;
export const termOps = [
  "is",
  "is_not",
  "one_of",
  "contains",
  "less",
  "at_most",
  "more",
  "at_least",
  "known",
  "unknown",
] as const;
export type TermOp = (typeof termOps)[number];
const ordered = ["less", "at_most", "more", "at_least"];
export const valueless = ["known", "unknown"];
export const deepest = 5;

export const isGroup = (condition: Condition): condition is Group => "terms" in condition;

/** What was typed, as the engine compares it: numbers where order matters, lists where one of many is meant. */
export function toValue(op: string, typed: string): string | number {
  const number = Number(typed);
  return ordered.includes(op) && typed.trim() !== "" && Number.isFinite(number) ? number : typed;
}

/** A term with another operator keeps its value where that one can have it. */
export function withOp(term: Term, op: string): Term {
  if (valueless.includes(op)) return { op, field: term.field };
  const list = Array.isArray(term.value) ? term.value : term.value === undefined ? [] : [term.value];
  if (op === "one_of") return { op, field: term.field, value: list };
  return { op, field: term.field, value: toValue(op, String(list[0] ?? "")) };
}

/** Whether somebody is in a segment; null: which one is not chosen yet. */
export interface Membership {
  segment: number | null;
  within: boolean;
}

/** What stands before the number of a segment. */
export const segmentField = "segment.";

/** What a term on a segment asks; null of any other term. */
export function membershipOf({ op, field, value }: Term): Membership | null {
  const number = field.startsWith(segmentField) ? field.slice(segmentField.length) : null;
  const wanted = String(value);
  if (number === null || !/^\d*$/.test(number)) return null;
  if (!["is", "is_not"].includes(op) || !["true", "false"].includes(wanted)) return null;
  return { segment: number === "" ? null : Number(number), within: (op === "is") === (wanted === "true") };
}

export function membershipTerm({ segment, within }: Membership): Term {
  return { op: within ? "is" : "is_not", field: `${segmentField}${segment ?? ""}`, value: true };
}

/** Events of the members of a segment: a trigger of theirs says of which one. */
export const segmentEvents: readonly string[] = ["SegmentEntered", "SegmentLeft"];
const segmentName = "segment_id";
const eventSegment = `event.${segmentName}`;

interface SegmentPart {
  segment: number | null;
  rest: Condition | undefined;
}

/** Of which segment a condition on such an event is, and what else it asks. */
export function splitSegment(where: Condition | undefined): SegmentPart {
  if (!where) return { segment: null, rest: undefined };
  const terms = isGroup(where) && where.op === "all" ? where.terms : [where];
  const named = terms.find(
    (each): each is Term => !isGroup(each) && each.op === "is" && each.field === eventSegment,
  );
  const others = terms.filter((each) => each !== named);
  const rest = others.length > 1 ? { op: "all" as const, terms: others } : others[0];
  return named ? { segment: Number(named.value) || null, rest } : { segment: null, rest: where };
}

export function joinSegment({ segment, rest }: SegmentPart): Condition | undefined {
  if (segment === null) return rest;
  const named: Term = { op: "is", field: eventSegment, value: segment };
  if (!rest) return named;
  return { op: "all", terms: [named, ...(isGroup(rest) && rest.op === "all" ? rest.terms : [rest])] };
}

/** A term on another field: its value was of the one before. */
export function withField({ op }: Term, field: string): Term {
  if (field.startsWith(segmentField)) return { op: "is", field, value: true };
  if (valueless.includes(op)) return { op, field };
  return { op, field, value: op === "one_of" ? [] : "" };
}

/** Fields that are always there; those of events depend on the event. */
export const personFields = [
  "name",
  "company",
  "kinds",
  "staff",
  "state_code",
  "first_seen_at",
  "last_seen_at",
].map((name) => `person.${name}`);
export const leadFields = ["stage", "score", "staff", "state", "origin", "created_at"].map(
  (name) => `lead.${name}`,
);

/** Events that may start something, with what is known of them (docs/reference/events.md). */
export const eventFields: Record<string, readonly string[]> = {
  ContactAdded: ["state", "staff"],
  ContactLost: ["staff"],
  ContactRemoved: ["staff"],
  FollowerSubscribed: ["scene", "state"],
  FollowerUnsubscribed: [],
  FollowerScanned: ["scene", "state"],
  FollowerMessageReceived: ["type", "text"],
  MenuClicked: ["type", "key"],
  KfSessionEntered: ["open_kfid", "scene"],
  KfMessageReceived: ["open_kfid", "type", "text"],
  GroupJoined: ["chat_id", "state"],
  GroupLeft: ["chat_id"],
  PageViewed: ["name", "path", "state"],
  Tracked: ["name", "state"],
  LinkOpened: ["link", "state"],
  PersonImported: ["import_id", "state"],
  SidebarSent: ["staff", "type"],
  LeadCreated: ["lead_id", "origin", "state", "staff"],
  LeadAssigned: ["lead_id", "staff", "reason"],
  LeadAccepted: ["lead_id", "staff"],
  LeadContacted: ["lead_id", "staff", "evidence"],
  LeadAdvanced: ["lead_id", "from", "to", "staff", "amount"],
  LeadClockExpired: ["lead_id", "clock", "staff"],
  FollowUpWritten: ["lead_id", "staff"],
  NoticeAnswered: ["template_id", "answer"],
  SegmentEntered: [],
  SegmentLeft: [],
  TaskDone: ["task_id", "kind", "staff", "outcome"],
};

export const eventFieldsOf = (kinds: readonly string[], source: "event" | "answer" = "event"): string[] => [
  ...new Set(kinds.flatMap((kind) => (eventFields[kind] ?? []).map((name) => `${source}.${name}`))),
];
