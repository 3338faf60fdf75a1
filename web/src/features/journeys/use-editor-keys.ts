import type { KeyboardEvent } from "react";
import { exitsOf, findNode } from "./draft";
import type { DraftState } from "./use-draft";
import type { EditorView } from "./use-editor";

const typing = "input, textarea, select, [contenteditable=true]";

function neighbour(from: HTMLElement, by: 1 | -1): HTMLElement | undefined {
  const all = [...document.querySelectorAll<HTMLElement>("[data-node]")];
  return all[all.indexOf(from) + by];
}

const steps: Record<string, 1 | -1> = { ArrowDown: 1, ArrowUp: -1 };

/** Keys on a node: arrows go to the next and the one before, with Alt they move it; Insert, Delete, undo and redo. */
export function useEditorKeys(view: EditorView, state: DraftState): (event: KeyboardEvent) => void {
  const insertBehind = (id: string) => {
    const node = findNode(view.draft, id);
    const exit = node && exitsOf(node)[0];
    if (exit) view.insertAt?.({ node: id, path: exit.path });
    else if (!node) view.insertAt?.("start");
  };
  const acts: Record<string, (id: string) => void> = {
    Delete: (id) => view.change?.remove(id),
    Insert: insertBehind,
    "+": insertBehind,
  };
  const step = (event: KeyboardEvent, target: HTMLElement, id: string, by: 1 | -1) =>
    event.altKey ? view.change?.move(id, by) : neighbour(target, by)?.focus();

  const onNode = (event: KeyboardEvent, target: HTMLElement, id: string) => {
    const by = steps[event.key];
    const act = acts[event.key];
    if (by === undefined && act === undefined) return;
    event.preventDefault();
    if (by !== undefined) step(event, target, id, by);
    else act?.(id);
  };
  const onUndo = (event: KeyboardEvent, key: string) => {
    event.preventDefault();
    (key === "y" || event.shiftKey ? state.redo : state.undo)?.();
  };
  return (event) => {
    const target = event.target as HTMLElement;
    if (target.matches(typing)) return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && "zy".includes(key)) onUndo(event, key);
    else if (target.dataset.node !== undefined) onNode(event, target, target.dataset.node);
  };
}
