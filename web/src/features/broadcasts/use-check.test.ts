import { expect, test } from "vitest";
import type { BroadcastCheck } from "@/api/types";
import { sumLooks } from "./use-check";

const look: BroadcastCheck = {
  persons: 10,
  after: "9",
  reachable: 8,
  held: 1,
  would_send: 3,
  window_unknown: 1,
  reasons: { unreachable: 2, window_closed: 3 },
  later: { quota: 1 },
  members: ["lina", "wang"],
  full: ["wang"],
  by_platform: false,
};

test("looks are summed, a member with customers in several is one", () => {
  const next = { ...look, after: null, reasons: { unreachable: 5 }, members: ["wang", "zhao"] };
  expect(sumLooks([look, next])).toEqual({
    persons: 20,
    reachable: 16,
    held: 2,
    wouldSend: 6,
    windowUnknown: 2,
    members: 3,
    full: 1,
    reasons: [
      ["unreachable", 7],
      ["window_closed", 3],
    ],
    later: [["quota", 2]],
    byPlatform: false,
  });
});
