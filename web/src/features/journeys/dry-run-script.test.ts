import { expect, it } from "vitest";
import { toRequest, triggersOf } from "./dry-run-script";

const where = { op: "is", field: "event.state", value: "expo" };
const draft = {
  entry: { events: [{ kind: "FollowerSubscribed", where }] },
  goal: { events: [{ kind: "LeadCreated" }] },
  nodes: [
    { id: "end", type: "end" },
    { id: "call", type: "staff_task" },
    { id: "wait", type: "wait", cases: [{ kind: "Tracked" }, { kind: "LinkOpened" }] },
  ],
};

it("counts triggers as the server does: entry, waits and tasks, goal", () => {
  expect(triggersOf(draft).map(({ number, what, node, kind }) => [number, what, node, kind])).toEqual([
    [0, "entry", "", "FollowerSubscribed"],
    ...[1, 2, 3, 4].map((number) => [number, "task", "call", "TaskDone"]),
    [5, "wait", "wait", "Tracked"],
    [6, "wait", "wait", "LinkOpened"],
    [7, "goal", "", "LeadCreated"],
  ]);
  expect(triggersOf(draft)[0]?.where).toEqual(where);
});

it("takes a draft that is still nonsense", () => {
  expect(triggersOf({ nodes: "?", entry: null, goal: 7 })).toEqual([]);
});

it("asks for what the form says, in seconds and Beijing time", () => {
  const asked = toRequest(
    {
      people: "chosen",
      persons: ["7"],
      count: 20,
      start: "2026-12-01T09:00",
      byHand: false,
      script: [
        { count: 1.5, unit: "hours", event: "trigger:1" },
        { count: 2, unit: "days", event: "LinkOpened" },
      ],
    },
    draft,
  );
  expect(asked).toMatchObject({
    persons: ["7"],
    starts_at: "2026-12-01T09:00:00+08:00",
    script: [
      { after_seconds: 5400, trigger: 1 },
      { after_seconds: 172_800, kind: "LinkOpened" },
    ],
  });
});

it("sends no script with those who really came", () => {
  const values = {
    people: "entrants" as const,
    count: 50,
    byHand: true,
    start: "2026-12-01T09:00",
    script: [],
  };
  expect(toRequest(values, draft)).toEqual({ draft, people: "entrants", count: 50, by_hand: false });
});
