import {
  joinSegment,
  membershipOf,
  membershipTerm,
  segmentField,
  splitSegment,
  withField,
} from "./conditions";

describe("a term on a segment", () => {
  it("is read however it was written, and written in one way", () => {
    const field = "segment.3";
    const said = [
      { op: "is", field, value: true },
      { op: "is_not", field, value: true },
      { op: "is", field, value: false },
      { op: "is_not", field, value: "false" },
    ].map((term) => membershipOf(term)?.within);
    expect(said).toEqual([true, false, false, true]);
    for (const within of [true, false]) {
      const term = membershipTerm({ segment: 3, within });
      expect(term).toEqual({ op: within ? "is" : "is_not", field, value: true });
      expect(membershipOf(term)).toEqual({ segment: 3, within });
    }
  });

  it("leaves others alone", () => {
    expect(membershipOf({ op: "known", field: "segment.3" })).toBeNull();
    expect(membershipOf({ op: "is", field: "segment.3", value: "yes" })).toBeNull();
    expect(membershipOf({ op: "is", field: "segment.x", value: true })).toBeNull();
    expect(membershipOf({ op: "is", field: "person.company", value: true })).toBeNull();
  });

  it("begins without a segment, and loses its value with its field", () => {
    const fresh = withField({ op: "one_of", field: "event.state", value: ["a"] }, segmentField);
    expect(membershipOf(fresh)).toEqual({ segment: null, within: true });
    expect(withField(fresh, "person.company")).toEqual({ op: "is", field: "person.company", value: "" });
  });
});

describe("a trigger on a segment", () => {
  const named = { op: "is", field: "event.segment_id", value: 3 };
  const other = { op: "known", field: "person.company" };
  const more = { op: "any" as const, terms: [other] };

  it("tells its segment from what else it asks", () => {
    expect(splitSegment(undefined)).toEqual({ segment: null, rest: undefined });
    expect(splitSegment(named)).toEqual({ segment: 3, rest: undefined });
    for (const rest of [other, more, { op: "all" as const, terms: [other, more] }]) {
      const where = joinSegment({ segment: 3, rest });
      expect(splitSegment(where)).toEqual({ segment: 3, rest });
      expect(splitSegment(rest)).toEqual({ segment: null, rest });
    }
  });
});
