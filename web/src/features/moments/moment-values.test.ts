import { expect, it } from "vitest";
import { timeOf } from "./moment-values";

it("says of a post when its members are asked, not when it was written", () => {
  const post = {
    created_at: "2026-11-29T21:28:01Z",
    planned_at: "2026-11-30T01:00:00Z",
    due: "2026-12-01T01:00:00Z",
    asked_at: null,
  };
  expect(timeOf(post)).toBe(post.due);
  expect(timeOf({ ...post, asked_at: "2026-12-01T01:00:02Z" })).toBe("2026-12-01T01:00:02Z");
  expect(timeOf({ ...post, due: null })).toBe(post.planned_at);
  expect(timeOf({ ...post, due: null, planned_at: null })).toBe(post.created_at);
});
