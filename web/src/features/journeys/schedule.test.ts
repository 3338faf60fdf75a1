import { everies, fieldsOfSchedule, freshSchedule, withEvery } from "./schedule";

it("keeps of a schedule what fits how often it is", () => {
  const weekly = withEvery({ ...freshSchedule, segment_id: 3 }, "weekly");
  expect(weekly).toEqual({ segment_id: 3, every: "weekly", at: "10:00", weekdays: [0] });
  const once = { ...withEvery(weekly, "once"), day: "2026-12-01" };
  expect(JSON.parse(JSON.stringify(once))).toEqual({
    segment_id: 3,
    every: "once",
    at: "10:00",
    day: "2026-12-01",
  });
  expect(withEvery(once, "daily")).toEqual({ segment_id: 3, every: "daily", at: "10:00" });
  expect(everies.map((every) => fieldsOfSchedule({ every })[2])).toEqual(["day", "at", "weekdays"]);
  expect(withEvery({ ...weekly, weekdays: [2, 4] }, "weekly").weekdays).toEqual([2, 4]);
});
