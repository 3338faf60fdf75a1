/** A definition while it is being worked on, and what an author does with it. Nothing here changes what it is given. */
import { nodeTypes } from "./node-types";

export type NodeData = { id: string; type: string } & Record<string, unknown>;

export interface Draft {
  nodes: NodeData[];
  entry?: Record<string, unknown>;
  goal?: Record<string, unknown> | null;
  [rest: string]: unknown;
}

/** A way out of a node: where it stands in the node, such as `next` or `cases.0.next`, and where it leads. */
export interface Exit {
  path: string;
  target: string | null;
}

/** Where a node can be put: before the first, on a way out of a node, or before a node on all ways to it. */
export type Place = "start" | { node: string; path: string } | { before: string };

const asList = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
const asTarget = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** What is stored may be anything; what cannot be drawn is left out. */
export function toDraft(document: Record<string, unknown>): Draft {
  const nodes = asList(document.nodes).filter(
    (node): node is NodeData =>
      typeof node === "object" &&
      node !== null &&
      typeof node.id === "string" &&
      typeof node.type === "string",
  );
  return { ...document, nodes };
}

/** All ways out of a node, in the order in which they are drawn. Types that are not known have what they look like having. */
export function exitsOf(node: NodeData): Exit[] {
  return exitNames(node).flatMap((name) => {
    if (!name.endsWith("[]")) return [{ path: name, target: asTarget(node[name]) }];
    const list = name.slice(0, -2);
    return asList(node[list]).map((each, number) => ({
      path: `${list}.${number}.next`,
      target: asTarget(each.next),
    }));
  });
}

function withTarget(node: NodeData, path: string, target: string | null): NodeData {
  const [list = "", number, name = ""] = path.split(".");
  if (number === undefined) return { ...node, [list]: target };
  const changed = asList(node[list]).map((each, at) =>
    at === Number(number) ? { ...each, [name]: target } : each,
  );
  return { ...node, [list]: changed };
}

export function findNode(draft: Draft, id: string): NodeData | undefined {
  return draft.nodes.find((node) => node.id === id);
}

const startOf = (draft: Draft): string | null => draft.nodes[0]?.id ?? null;

function targetAt(draft: Draft, place: Place): string | null {
  if (place === "start") return startOf(draft);
  if ("before" in place) return place.before;
  const node = findNode(draft, place.node);
  return (node && exitsOf(node).find(({ path }) => path === place.path)?.target) ?? null;
}

function change(draft: Draft, id: string, by: (node: NodeData) => NodeData): Draft {
  return { ...draft, nodes: draft.nodes.map((node) => (node.id === id ? by(node) : node)) };
}

export function setTarget(draft: Draft, place: Place, target: string | null): Draft {
  if (place !== "start")
    return "before" in place
      ? redirect(draft, place.before, target)
      : change(draft, place.node, (node) => withTarget(node, place.path, target));
  const first = target === null ? undefined : findNode(draft, target);
  if (!first) return draft;
  return { ...draft, nodes: [first, ...draft.nodes.filter((node) => node !== first)] };
}

/** An id that no node has, made of the type. */
export function freshId(draft: Draft, type: string): string {
  const taken = new Set(draft.nodes.map(({ id }) => id));
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? type : `${type}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** A node put at a place: what followed there follows all its ways out. */
export function insert(draft: Draft, place: Place, node: NodeData): Draft {
  const following = targetAt(draft, place);
  const linked = exitsOf(node).reduce((before, { path }) => withTarget(before, path, following), node);
  if (place === "start") return { ...draft, nodes: [linked, ...draft.nodes] };
  const led = setTarget(draft, place, node.id);
  return { ...led, nodes: [...led.nodes, linked] };
}

/** Ids of what can be reached. */
export function reached(draft: Draft, from: string | null = startOf(draft)): Set<string> {
  const found = new Set<string>();
  const todo = from === null ? [] : [from];
  while (todo.length > 0) {
    const node = findNode(draft, todo.pop() as string);
    if (!node || found.has(node.id)) continue;
    found.add(node.id);
    for (const { target } of exitsOf(node)) if (target !== null) todo.push(target);
  }
  return found;
}

function redirect(draft: Draft, from: string, to: string | null): Draft {
  const nodes = draft.nodes.map((node) =>
    exitsOf(node)
      .filter(({ target }) => target === from)
      .reduce((before, { path }) => withTarget(before, path, to), node),
  );
  return { ...draft, nodes };
}

/** Where people go on when a node is taken out: where its ways out meet, else where the first of them leads. */
function followerOf(draft: Draft, node: NodeData): string | null {
  const { id } = node;
  const targets = exitsOf(node).flatMap(({ target }) => (target === id ? [] : [target]));
  const met = meeting(draft, targets);
  return met !== null && met !== id ? met : (targets.find((target) => target !== null) ?? null);
}

/** The first node, seen from the first of these, that all of them lead to; those that end lead anywhere. */
export function meeting(draft: Draft, targets: (string | null)[]): string | null {
  const [first, ...others] = [...new Set(targets.filter((each): each is string => each !== null))];
  if (first === undefined) return null;
  const open = targets.filter((each) => each !== null).length;
  if (open < 2) return null;
  const reach = others.map((each) => reached(draft, each));
  for (const id of inOrder(draft, first)) if (reach.every((each) => each.has(id))) return id;
  return null;
}

function inOrder(draft: Draft, from: string): string[] {
  const found = [from];
  for (const id of found) {
    const node = findNode(draft, id);
    for (const { target } of node ? exitsOf(node) : [])
      if (target !== null && !found.includes(target)) found.push(target);
  }
  return found;
}

/** What goes when a node is deleted: itself, and what only its branches lead to. */
export function deleteNode(draft: Draft, id: string): Draft {
  const node = findNode(draft, id);
  if (!node || draft.nodes.length === 1) return draft;
  const before = reached(draft);
  const follower = followerOf(draft, node);
  const isFirst = startOf(draft) === id;
  if (isFirst && follower === null) return draft;
  let next: Draft = redirect({ ...draft, nodes: draft.nodes.filter((each) => each !== node) }, id, follower);
  if (isFirst) next = setTarget(next, "start", follower);
  // What stood alone before stays, with all that it leads to.
  const roots = [startOf(next), ...next.nodes.map((each) => each.id).filter((each) => !before.has(each))];
  const kept = new Set(roots.flatMap((root) => [...reached(next, root)]));
  return { ...next, nodes: next.nodes.filter((each) => kept.has(each.id)) };
}

/** All places that lead to a node. */
function placesBefore(draft: Draft, id: string): Place[] {
  const places: Place[] = draft.nodes.flatMap((node) =>
    exitsOf(node)
      .filter(({ target }) => target === id)
      .map(({ path }) => ({ node: node.id, path })),
  );
  return startOf(draft) === id ? ["start", ...places] : places;
}

/** The one way out of a node that has one; nodes with more, or none, do not move. */
function onlyExit(node: NodeData): Exit | undefined {
  const exits = exitsOf(node);
  return exits.length === 1 ? exits[0] : undefined;
}

function takeOut(draft: Draft, node: NodeData, exit: Exit): Draft {
  return placesBefore(draft, node.id).reduce((before, place) => setTarget(before, place, exit.target), draft);
}

/** A node changes places with the one before it (-1) or behind it (1); the same draft where that cannot be. */
export function moveNode(draft: Draft, id: string, by: -1 | 1): Draft {
  const node = findNode(draft, id);
  const exit = node && onlyExit(node);
  if (!node || !exit) return draft;
  if (by === 1) {
    const follower = exit.target === null ? undefined : findNode(draft, exit.target);
    const onward = follower && exitsOf(follower)[0];
    if (!follower || !onward || follower.id === id) return draft;
    const out = takeOut(draft, node, exit);
    const moved = setTarget(out, { node: id, path: exit.path }, onward.target);
    return setTarget(moved, { node: follower.id, path: onward.path }, id);
  }
  const [place, ...more] = placesBefore(draft, id);
  if (place === undefined || place === "start" || "before" in place) return draft;
  if (more.length > 0 || place.node === id) return draft;
  const before = placesBefore(draft, place.node);
  const out = setTarget(draft, place, exit.target);
  const moved = setTarget(out, { node: id, path: exit.path }, place.node);
  return before.reduce((each, at) => setTarget(each, at, id), moved);
}

/** A node with other contents; with another id, all ways to it follow. */
export function putNode(draft: Draft, id: string, node: NodeData): Draft {
  const changed = change(draft, id, () => node);
  return node.id === id ? changed : redirect(changed, id, node.id);
}

/** The fields of a node that name another, those left open only where they are set; of an unknown type what it seems to have. */
function exitNames(node: NodeData): string[] {
  const type = nodeTypes[node.type];
  if (!type) return "next" in node ? ["next"] : [];
  return type.exits
    .filter((name) => !name.endsWith("?") || typeof node[name.slice(0, -1)] === "string")
    .map((name) => name.replace("?", ""));
}

/** A new node of a type. */
export function newNode(type: string, id: string): NodeData {
  return { id, type, ...structuredClone(nodeTypes[type]?.start ?? {}) };
}
