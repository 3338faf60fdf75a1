import { nameOfFault } from "./use-faults";

it("names a fault by the innermost field that an author knows", () => {
  const words = ["entry", "exit", "schedule", "segment_id", "segment", "cases", "value", "per"];
  const name = (field: string) => nameOfFault(field, (each) => words.includes(each));
  expect(name("entry.schedule.segment_id")).toBe("segment_id");
  expect(name("entry.schedule")).toBe("schedule");
  expect(name("entry.schedule.hour")).toBe("schedule");
  expect(name("entry.per")).toBe("per");
  expect(name("exit.segment")).toBe("segment");
  expect(name("cases.0.when.value")).toBe("cases");
  expect(name("hour")).toBeNull();
});
