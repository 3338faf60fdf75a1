import type { TimelineItem } from "@/api/types";
import { groupByDay } from "./timeline";

function item(id: number, occurred_at: string): TimelineItem {
  return {
    id,
    kind: "ContactAdded",
    occurred_at,
    recorded_at: occurred_at,
    account_id: 1,
    account_name: null,
    data: {},
    personal: {},
  };
}

it("groups by Beijing days and keeps the order", () => {
  const items = [
    item(3, "2026-11-22T16:00:00Z"),
    item(2, "2026-11-22T15:59:59Z"),
    item(1, "2026-11-22T01:00:00Z"),
  ];
  const days = groupByDay(items).map(({ date, items: inside }) => [date, inside.map(({ id }) => id)]);
  expect(days).toEqual([
    ["2026-11-23", [3]],
    ["2026-11-22", [2, 1]],
  ]);
});
