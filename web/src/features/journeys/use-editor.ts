import { useMemo } from "react";
import type { JourneyCounts, JourneyFault } from "@/api/types";
import type { Draft, Place } from "./draft";
import type { Counted } from "./node-card";
import type { Words } from "./use-words";
import { useWords } from "./use-words";

/** Stand for the entry and the goal where a node could stand. */
export const entryId = "@entry";
export const goalId = "@goal";

export interface Changes {
  move(id: string, by: -1 | 1): void;
  remove(id: string): void;
}

/** What drawings of a definition need. Without `change` and `insertAt` it is only looked at. */
export interface EditorView {
  draft: Draft;
  words: Words;
  counts: ReadonlyMap<string, Counted>;
  faultsOf(id: string): JourneyFault[];
  selected: string | null;
  select(id: string): void;
  focus(id: string): void;
  change?: Changes | undefined;
  insertAt?: ((place: Place) => void) | undefined;
}

/** Whose fault it is: faults of the whole belong to the entry, but for the goal's. */
export function ownerOf({ node, field }: JourneyFault): string {
  if (node !== "") return node;
  return field.startsWith("goal") ? goalId : entryId;
}

export function focusNode(id: string): void {
  const found = document.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`);
  found?.scrollIntoView?.({ block: "center", inline: "center" });
  found?.focus({ preventScroll: true });
}

/** The parts of a view that follow from what is there. */
export function useViewParts(draft: Draft, counts: JourneyCounts | undefined, faults: JourneyFault[]) {
  const words = useWords();
  const byNode = useMemo(() => new Map(counts?.nodes.map((each) => [each.node, each])), [counts]);
  return {
    draft,
    words,
    counts: byNode,
    faultsOf: (id: string) => faults.filter((fault) => ownerOf(fault) === id),
    focus: focusNode,
  };
}
