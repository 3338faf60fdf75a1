import type { TermField, TermGroup, TermInfo } from "@/api/types";

/** A rule as the server reads it: a group, a comparison of a field, or a term of a module. */
export type RuleNode = Record<string, unknown> & { op: string };
export interface RuleGroup extends RuleNode {
  op: "all" | "any" | "none";
  terms: RuleNode[];
}

export const groupOps = ["all", "any", "none"] as const;
/** As many as the server takes. */
export const deepest = 5;
/** Comparisons that stand alone, without a value. */
export const bare = ["known", "unknown"];
export const spans = ["within", "longer_ago"];
const day = 86_400;

export function isGroup(node: RuleNode): node is RuleGroup {
  return (groupOps as readonly string[]).includes(node.op);
}

/** A rule as the builder shows it: always a group. */
export function asGroup(rule: RuleNode): RuleGroup {
  return isGroup(rule) ? rule : { op: "all", terms: [rule] };
}

export function newGroup(): RuleGroup {
  return { op: "all", terms: [] };
}

/** What a leaf asks, as one value of a choice: `field:person.name` or `op:event`. */
export function subjectOf(leaf: RuleNode): string {
  return typeof leaf.field === "string" ? `field:${leaf.field}` : `op:${leaf.op}`;
}

function freshField({ name, ops, type }: TermField): RuleNode {
  const [op = "is"] = ops;
  if (spans.includes(op)) return { op, field: name, seconds: 30 * day };
  return type === "bool" ? { op, field: name, value: true } : { op, field: name };
}

function freshTerm({ op, settings }: TermInfo): RuleNode {
  const leaf: RuleNode = { op };
  for (const { name, required, type, choices } of settings) {
    if (type === "choices" && required) leaf[name] = [];
    if (type === "choice" && required && choices.length === 1) leaf[name] = choices[0]?.value;
    if (type === "seconds" && required) leaf[name] = 7 * day;
  }
  if (op === "bucket") Object.assign(leaf, { from_percent: 0, to_percent: 50 });
  return leaf;
}

/** A leaf that asks something else; nothing is kept of the one before. */
export function freshLeaf(subject: string, catalogue: TermGroup[]): RuleNode {
  const [kind, name] = [subject.slice(0, subject.indexOf(":")), subject.slice(subject.indexOf(":") + 1)];
  for (const { fields, terms } of catalogue) {
    const field = kind === "field" && fields.find((each) => each.name === name);
    if (field) return freshField(field);
    const term = kind === "op" && terms.find((each) => each.op === name);
    if (term) return freshTerm(term);
  }
  return { op: name };
}

/** Another comparison of the same field, with the value where that still fits. */
export function withOp(leaf: RuleNode, op: string): RuleNode {
  const kept: RuleNode = { op, field: leaf.field };
  if (bare.includes(op)) return kept;
  if (spans.includes(op)) return { ...kept, seconds: leaf.seconds ?? 30 * day };
  const { value } = leaf;
  if (op === "one_of")
    return { ...kept, value: Array.isArray(value) ? value : value === undefined ? [] : [value] };
  const single = Array.isArray(value) ? value[0] : value;
  return single === undefined ? kept : { ...kept, value: single };
}

/** A leaf with one setting changed; empty ones are left out. */
export function withSetting(leaf: RuleNode, name: string, value: unknown): RuleNode {
  const next: RuleNode = { ...leaf, [name]: value };
  if (value === undefined || value === null || value === "") delete next[name];
  return next;
}

export function depthOf(node: RuleNode): number {
  return isGroup(node) ? 1 + Math.max(0, ...node.terms.map(depthOf)) : 1;
}
