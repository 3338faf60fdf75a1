/** Undo and redo: drafts before and after the present one. */
import type { Draft } from "./draft";

export interface History {
  past: Draft[];
  present: Draft;
  future: Draft[];
  key: string | undefined;
  at: number;
}

export type Act =
  | { act: "edit"; change: (draft: Draft) => Draft; key: string | undefined; at: number }
  | { act: "put"; draft: Draft }
  | { act: "undo" }
  | { act: "redo" };

const longest = 100;
const togetherMilliseconds = 1_500;

export function historyOf(present: Draft): History {
  return { past: [], present, future: [], key: undefined, at: 0 };
}

function step(history: History, present: Draft, key: string | undefined, at: number): History {
  const goesOn = key !== undefined && key === history.key && at - history.at < togetherMilliseconds;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-longest);
  return { past, present, future: [], key, at };
}

export function reduce(history: History, act: Act): History {
  const { past, present, future } = history;
  if (act.act === "edit") {
    const next = act.change(present);
    return next === present ? history : step(history, next, act.key, act.at);
  }
  if (act.act === "put") return step(history, act.draft, undefined, 0);
  const from = act.act === "undo" ? past.at(-1) : future[0];
  if (!from) return history;
  return {
    past: act.act === "undo" ? past.slice(0, -1) : [...past, present],
    present: from,
    future: act.act === "undo" ? [present, ...future] : future.slice(1),
    key: undefined,
    at: 0,
  };
}
