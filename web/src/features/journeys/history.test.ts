import type { Draft } from "./draft";
import { type Act, historyOf, reduce } from "./history";

const draft = (name: string): Draft => ({ nodes: [], name });
const edit = (name: string, key?: string, at = 0): Act => ({
  act: "edit",
  change: () => draft(name),
  key,
  at,
});
const play = (...acts: Act[]) => acts.reduce(reduce, historyOf(draft("a")));

it("undoes and redoes, and forgets the future after a new change", () => {
  const done = play(edit("b"), edit("c"), { act: "undo" });
  expect(done.present.name).toBe("b");
  expect(reduce(done, { act: "redo" }).present.name).toBe("c");
  expect(reduce(done, edit("d")).future).toEqual([]);
  expect(play({ act: "undo" }, { act: "redo" }).present.name).toBe("a");
});

it("takes typing in one field as one change, unless there is a pause", () => {
  const typed = play(edit("b", "text", 1_000), edit("bc", "text", 1_500), edit("bcd", "text", 2_500));
  expect(typed.past.map(({ name }) => name)).toEqual(["a"]);
  expect(reduce(typed, edit("e", "text", 9_000)).past).toHaveLength(2);
  expect(reduce(typed, edit("e", "other", 2_600)).past).toHaveLength(2);
});

it("does not note what changes nothing", () => {
  const history = historyOf(draft("a"));
  expect(reduce(history, { act: "edit", change: (given) => given, key: undefined, at: 0 })).toBe(history);
});
