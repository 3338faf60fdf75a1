/** How a definition is drawn: from top to bottom, branches side by side until they meet again. */
import {
  type Draft,
  type Exit,
  exitsOf,
  findNode,
  meeting,
  type NodeData,
  type Place,
  reached,
} from "./draft";

/** A way back to a node above, or over to one that is drawn elsewhere. */
export interface Jump {
  kind: "jump";
  to: string;
  back: boolean;
  place: Place;
}

export interface Branch {
  path: string;
  items: Item[];
}

export interface Drawn {
  kind: "node";
  node: NodeData;
  /** Where a node can be put right before this one. */
  place: Place;
  branches: Branch[];
}

/** The run ends here. */
export interface Stop {
  kind: "stop";
  place: Place;
}

/** Here a branch comes to where it meets the others. */
export interface Join {
  kind: "join";
  place: Place;
}

export type Item = Drawn | Jump | Stop | Join;

/** Whether people come out at the lower end. */
export function flows(items: Item[]): boolean {
  const last = items.at(-1);
  if (last?.kind === "node") return last.branches.some((branch) => flows(branch.items));
  return last?.kind === "join";
}

/** The drawing from the first node on, and one for each part that no way leads to. */
export function drawTree(draft: Draft): { main: Item[]; loose: Item[][] } {
  const artist = new Artist(draft);
  const main = artist.draw(draft.nodes[0]?.id ?? null, "start");
  const known = reached(draft);
  const loose = draft.nodes
    .filter(({ id }) => !known.has(id))
    .flatMap(({ id }) => (artist.drawn.has(id) ? [] : [artist.draw(id, { before: id })]));
  return { main, loose };
}

function endAt(
  id: string | null,
  place: Place,
  until: ReadonlySet<string>,
  way: ReadonlySet<string>,
): Jump | Stop | Join {
  if (id === null) return { kind: "stop", place };
  return until.has(id) ? { kind: "join", place } : { kind: "jump", to: id, back: way.has(id), place };
}

class Artist {
  readonly drawn = new Set<string>();

  constructor(private readonly draft: Draft) {}

  /** `until`: where this branch meets the others, and is drawn no further. `above`: what stands over it. */
  draw(
    from: string | null,
    place: Place,
    until: ReadonlySet<string> = new Set(),
    above: ReadonlySet<string> = new Set(),
  ): Item[] {
    const items: Item[] = [];
    const way = new Set(above);
    let next: { id: string | null; place: Place } | null = { id: from, place };
    while (next !== null) {
      const { id, place: at }: { id: string | null; place: Place } = next;
      const node = id === null || this.drawn.has(id) || until.has(id) ? undefined : findNode(this.draft, id);
      if (!node) return [...items, endAt(id, at, until, way)];
      this.drawn.add(node.id);
      way.add(node.id);
      const exits = exitsOf(node);
      const met = exits.length > 1 ? this.meetingOf(exits, until) : null;
      const branches = exits.length > 1 ? this.branches(node, met, until, way) : [];
      items.push({ kind: "node", node, place: at, branches });
      next = this.onward(node, exits, met, until);
    }
    return items;
  }

  /** Where the drawing goes on below a node. */
  private onward(node: NodeData, exits: Exit[], met: string | null, until: ReadonlySet<string>) {
    const [only] = exits;
    if (exits.length === 1 && only) return { id: only.target, place: { node: node.id, path: only.path } };
    if (met === null || until.has(met) || this.drawn.has(met)) return null;
    return { id: met, place: { before: met } };
  }

  private branches(
    node: NodeData,
    met: string | null,
    until: ReadonlySet<string>,
    way: ReadonlySet<string>,
  ): Branch[] {
    const stops = met === null ? until : new Set([...until, met]);
    return exitsOf(node).map(({ path, target }) => ({
      path,
      items: this.draw(target, { node: node.id, path }, stops, way),
    }));
  }

  private meetingOf(exits: Exit[], until: ReadonlySet<string>): string | null {
    const met = meeting(
      this.draft,
      exits.map(({ target }) => target),
    );
    return met !== null && this.drawn.has(met) && !until.has(met) ? null : met;
  }
}

/** The nodes of a drawing from top to bottom and left to right, with how deep they stand and by which way. */
export function flatten(items: Item[], depth = 0, path = ""): { item: Item; depth: number; path: string }[] {
  return items.flatMap((item, number) => [
    { item, depth, path: number === 0 ? path : "" },
    ...(item.kind === "node"
      ? item.branches.flatMap((branch) => flatten(branch.items, depth + 1, branch.path))
      : []),
  ]);
}
