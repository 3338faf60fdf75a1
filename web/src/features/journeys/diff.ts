/** What differs between two definitions. */
import { canonical } from "./canonical";
import { type Draft, exitsOf, findNode, type NodeData } from "./draft";

export interface Changed {
  node: NodeData;
  before: NodeData;
  /** Fields with other contents; `exits`: it leads elsewhere. */
  fields: string[];
}

export interface Diff {
  added: NodeData[];
  removed: NodeData[];
  changed: Changed[];
  /** Of the whole: `entry`, `goal`, `start` and the like. */
  whole: string[];
}

/** A part without its ways out, so that it can be told whether it does the same. */
function contents(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((each) =>
    typeof each === "object" && each !== null ? { ...(each as object), next: undefined } : each,
  );
}

function fieldsThatDiffer(before: NodeData, after: NodeData): string[] {
  const exits = new Set([before, after].flatMap(exitsOf).map(({ path }) => path));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !exits.has(name),
  );
  const differing = names.filter(
    (name) => canonical(contents(before[name])) !== canonical(contents(after[name])),
  );
  return canonical(exitsOf(before)) === canonical(exitsOf(after)) ? differing : [...differing, "exits"];
}

export function diff(from: Draft, to: Draft): Diff {
  const both = to.nodes.flatMap((node) => {
    const before = findNode(from, node.id);
    return before ? [{ node, before, fields: fieldsThatDiffer(before, node) }] : [];
  });
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  names.delete("nodes");
  const whole = [...names].filter((name) => canonical(from[name]) !== canonical(to[name]));
  if (from.nodes[0]?.id !== to.nodes[0]?.id) whole.push("start");
  return {
    added: to.nodes.filter(({ id }) => !findNode(from, id)),
    removed: from.nodes.filter(({ id }) => !findNode(to, id)),
    changed: both.filter(({ fields }) => fields.length > 0),
    whole,
  };
}
