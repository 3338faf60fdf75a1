import { diff } from "./diff";
import type { Draft, NodeData } from "./draft";

const node = (id: string, more: object): NodeData => ({
  id,
  type: "delay",
  for_seconds: 60,
  next: null,
  ...more,
});
const draft = (nodes: NodeData[], more: object = {}): Draft => ({ nodes, ...more });

it("tells what was added, removed and changed, and whether it leads elsewhere", () => {
  const from = draft([node("a", { next: "b" }), node("b", {}), node("gone", {})]);
  const to = draft([node("a", { next: "new" }), node("b", { for_seconds: 90 }), node("new", {})]);
  const { added, removed, changed, whole } = diff(from, to);
  expect([added, removed].map((list) => list.map(({ id }) => id))).toEqual([["new"], ["gone"]]);
  expect(changed.map((each) => [each.node.id, each.fields])).toEqual([
    ["a", ["exits"]],
    ["b", ["for_seconds"]],
  ]);
  expect(whole).toEqual([]);
});

it("takes what is not set for null, as the server writes it", () => {
  const { next: _, ...bare } = node("a", {});
  const same = diff(draft([bare as NodeData]), draft([node("a", { account_id: null })], { goal: null }));
  expect(same).toEqual({ added: [], removed: [], changed: [], whole: [] });
});

it("does not take another way for another condition", () => {
  const branch = (next: string | null): NodeData => ({
    id: "x",
    type: "branch",
    cases: [{ when: { op: "known", field: "person.name" }, next }],
    otherwise: null,
  });
  expect(diff(draft([branch("a")]), draft([branch(null)])).changed[0]?.fields).toEqual(["exits"]);
});

it("names what changed of the whole", () => {
  const from = draft([node("a", {}), node("b", {})], { entry: { per: "person" } });
  const to = draft([node("b", {}), node("a", {})], { entry: { per: "event" } });
  expect(diff(from, to).whole).toEqual(["entry", "start"]);
});

it("minds neither the order of keys nor what is not set within a part", () => {
  const from = draft([node("a", {})], {
    entry: { per: "person", events: [{ kind: "Tracked", where: null }] },
  });
  const to = draft([node("a", {})], { entry: { events: [{ kind: "Tracked" }], per: "person" } });
  expect(diff(from, to).whole).toEqual([]);
});
