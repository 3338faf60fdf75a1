import {
  type Draft,
  deleteNode,
  exitsOf,
  findNode,
  freshId,
  insert,
  moveNode,
  type NodeData,
  newNode,
  putNode,
} from "./draft";
import { drawTree, flatten, type Item } from "./tree";

const delay = (id: string, next: string | null): NodeData => ({ id, type: "delay", for_seconds: 60, next });
const end: NodeData = { id: "end", type: "end" };
const branch = (id: string, yes: string | null, no: string | null): NodeData => ({
  id,
  type: "branch",
  cases: [{ when: { op: "known", field: "person.name" }, next: yes }],
  otherwise: no,
});
const draft = (...nodes: NodeData[]): Draft => ({ nodes });
const ways = (given: Draft) =>
  Object.fromEntries(given.nodes.map((node) => [node.id, exitsOf(node).map(({ target }) => target)]));

function shape(items: Item[]): unknown[] {
  return items.flatMap((item): unknown[] => {
    if (item.kind === "join") return [];
    if (item.kind === "jump") return [`${item.back ? "back" : "over"} to ${item.to}`];
    if (item.kind === "stop") return ["stop"];
    return item.branches.length
      ? [[item.node.id, ...item.branches.map((each) => shape(each.items))]]
      : [item.node.id];
  });
}

const idsOf = (items: Item[]) =>
  flatten(items).flatMap(({ item }) => (item.kind === "node" ? [item.node.id] : []));

function anyDraft(seed: number): Draft {
  let state = seed;
  const random = (below: number) => {
    state = (state * 16807) % 2147483647;
    return state % below;
  };
  const ids = Array.from({ length: 1 + random(9) }, (_, number) => `n${number}`);
  const any = () => (random(5) === 0 ? null : (ids[random(ids.length)] ?? null));
  return draft(...ids.map((id) => (random(2) ? delay(id, any()) : branch(id, any(), any()))));
}

describe("what an author does", () => {
  const line = draft(delay("a", "b"), delay("b", "end"), end);

  it("puts a node between two, and before the first", () => {
    const made = insert(line, { node: "a", path: "next" }, newNode("delay", "c"));
    expect(ways(made)).toMatchObject({ a: ["c"], c: ["b"] });
    const first = insert(line, "start", newNode("goal", "g"));
    expect(first.nodes[0]?.id).toBe("g");
    expect(ways(first)).toMatchObject({ g: ["a"] });
  });

  it("lets all ways of a new branch meet where people went before", () => {
    const made = insert(line, { node: "a", path: "next" }, newNode("branch", "x"));
    expect(ways(made)).toMatchObject({ a: ["x"], x: ["b", "b"] });
    expect(shape(drawTree(made).main)).toEqual(["a", ["x", [], []], "b", "end"]);
  });

  it("closes the gap when a node goes, with what only it led to", () => {
    expect(ways(deleteNode(line, "b"))).toEqual({ a: ["end"], end: [] });
    expect(deleteNode(line, "a").nodes.map(({ id }) => id)).toEqual(["b", "end"]);
    const forked = draft(branch("x", "y", "z"), delay("y", "end"), delay("z", "end"), end);
    expect(deleteNode(forked, "x").nodes).toEqual([end]);
    const gone = deleteNode(draft(delay("a", "x"), branch("x", "y", null), delay("y", null)), "x");
    expect(ways(gone)).toEqual({ a: ["y"], y: [null] });
  });

  it("never leaves nothing", () => {
    const only = draft(end);
    expect(deleteNode(only, "end")).toBe(only);
    const startless = draft(delay("a", null), delay("b", null));
    expect(deleteNode(startless, "a")).toBe(startless);
  });

  it("does not take away what stood alone before", () => {
    const given = draft(delay("a", "b"), delay("b", null), delay("alone", null));
    expect(deleteNode(given, "b").nodes.map(({ id }) => id)).toEqual(["a", "alone"]);
  });

  it("moves a node up and down, and there and back is the same", () => {
    const down = moveNode(line, "a", 1);
    expect(down.nodes[0]?.id).toBe("b");
    expect(ways(down)).toEqual({ a: ["end"], b: ["a"], end: [] });
    const back = moveNode(down, "a", -1);
    expect(back.nodes[0]?.id).toBe("a");
    expect(ways(back)).toEqual(ways(line));
    expect(moveNode(line, "a", -1)).toBe(line);
    expect(moveNode(line, "b", 1)).toBe(line);
    const forked = draft(branch("x", "y", "y"), delay("y", null));
    expect(moveNode(forked, "x", 1)).toBe(forked);
  });

  it("renames a node with all ways to it, and finds free names", () => {
    const renamed = putNode(line, "b", { ...delay("later", "end") });
    expect(ways(renamed)).toMatchObject({ a: ["later"] });
    expect(findNode(renamed, "b")).toBeUndefined();
    expect(freshId(line, "a")).toBe("a_2");
  });
});

describe("the drawing", () => {
  it("lets a node be put before a meeting, on all ways to it", () => {
    const forked = draft(branch("x", "y", "m"), delay("y", "m"), delay("m", null));
    const { main } = drawTree(forked);
    expect(main.map(({ place }) => place)).toEqual(["start", { before: "m" }, { node: "m", path: "next" }]);
    const made = insert(forked, { before: "m" }, newNode("goal", "g"));
    expect(ways(made)).toEqual({ x: ["y", "g"], y: ["g"], m: [null], g: ["m"] });
  });

  it("shows loops as a way back and other ways once", () => {
    const loop = draft(delay("a", "x"), branch("x", "a", "end"), end);
    expect(shape(drawTree(loop).main)).toEqual(["a", ["x", ["back to a"], []], "end"]);
  });

  it("goes on below where branches meet", () => {
    const forked = draft(branch("x", "y", "z"), delay("y", "m"), delay("z", "m"), delay("m", "end"), end);
    expect(shape(drawTree(forked).main)).toEqual([["x", ["y"], ["z"]], "m", "end"]);
  });

  it("ends branches that end, and draws what no way leads to beside it", () => {
    const given = draft(branch("x", null, "y"), delay("y", null), delay("lost", "y"));
    const { main, loose } = drawTree(given);
    expect(shape(main)).toEqual([["x", ["stop"], ["y", "stop"]]]);
    expect(loose.map(shape)).toEqual([["lost", "over to y"]]);
  });

  it.each(Array.from({ length: 100 }, (_, seed) => seed))(
    "draws every node once, and leaves no way to a deleted one (%i)",
    (seed) => {
      const given = anyDraft(seed + 1);
      const ids = given.nodes.map(({ id }) => id);
      const { main, loose } = drawTree(given);
      expect([main, ...loose].flatMap(idsOf).sort()).toEqual(ids);
      for (const id of ids) {
        const after = deleteNode(given, id);
        expect(after === given || findNode(after, id) === undefined).toBe(true);
        expect(
          after.nodes.flatMap(exitsOf).filter(({ target }) => target && !findNode(after, target)),
        ).toEqual([]);
      }
    },
  );
});
