import { describe, expect, it } from "vitest";
import type { TermGroup } from "@/api/types";
import { asGroup, depthOf, freshLeaf, subjectOf, withOp, withSetting } from "./rule";

const words = { zh: "名", en: "name" };
const catalogue: TermGroup[] = [
  {
    words,
    fields: [
      { name: "person.name", words, type: "text", ops: ["is", "one_of"], choices: [] },
      { name: "person.last_seen_at", words, type: "moment", ops: ["within", "less"], choices: [] },
    ],
    terms: [
      {
        op: "tag",
        words,
        settings: [{ name: "tags", words, type: "choices", required: true, choices: [] }],
      },
    ],
  },
];

describe("rules in the builder", () => {
  it("begin with what fits the subject", () => {
    expect(freshLeaf("field:person.name", catalogue)).toEqual({ op: "is", field: "person.name" });
    expect(freshLeaf("field:person.last_seen_at", catalogue)).toEqual({
      op: "within",
      field: "person.last_seen_at",
      seconds: 2_592_000,
    });
    expect(freshLeaf("op:tag", catalogue)).toEqual({ op: "tag", tags: [] });
  });

  it("keep the value where another comparison takes it", () => {
    const leaf = { op: "is", field: "person.name", value: "林" };
    expect(withOp(leaf, "one_of")).toEqual({ op: "one_of", field: "person.name", value: ["林"] });
    expect(withOp(withOp(leaf, "one_of"), "is_not")).toEqual({
      op: "is_not",
      field: "person.name",
      value: "林",
    });
    expect(withOp(leaf, "known")).toEqual({ op: "known", field: "person.name" });
  });

  it("leave empty settings out", () => {
    expect(withSetting({ op: "event", n: 3 }, "n", null)).toEqual({ op: "event" });
    expect(withSetting({ op: "event" }, "n", 0)).toEqual({ op: "event", n: 0 });
  });

  it("are groups, whatever is stored", () => {
    const leaf = { op: "tag", tags: [1] };
    expect(asGroup(leaf)).toEqual({ op: "all", terms: [leaf] });
    expect(subjectOf(leaf)).toBe("op:tag");
    expect(depthOf({ op: "any", terms: [asGroup(leaf)] })).toBe(3);
  });
});
