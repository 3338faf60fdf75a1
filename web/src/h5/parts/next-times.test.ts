import { fromField, offers, toField } from "./next-times";

const at = (text: string) => Date.parse(text);

it("offers times of Beijing that are not over", () => {
  const wednesday = at("2026-11-25T06:05:00Z");
  expect(offers(wednesday).map(({ key, at: moment }) => [key, new Date(moment).toISOString()])).toEqual([
    ["today", "2026-11-25T09:00:00.000Z"],
    ["tomorrow", "2026-11-26T02:00:00.000Z"],
    ["threeDays", "2026-11-28T02:00:00.000Z"],
    ["monday", "2026-11-30T02:00:00.000Z"],
  ]);
});

it("offers no evening that has passed, and no day twice", () => {
  const fridayNight = at("2026-11-27T12:00:00Z");
  expect(offers(fridayNight).map(({ key }) => key)).toEqual(["tomorrow", "threeDays"]);
  const sunday = at("2026-11-29T01:00:00Z");
  expect(offers(sunday).map(({ key }) => key)).toEqual(["today", "tomorrow", "threeDays"]);
});

it("knows Beijing's day, not the phone's", () => {
  const lateInBeijing = at("2026-11-25T17:30:00Z");
  expect(new Date(offers(lateInBeijing)[0]?.at ?? 0).toISOString()).toBe("2026-11-26T09:00:00.000Z");
});

it("shows and reads a field in Beijing's time", () => {
  expect(toField(at("2026-11-25T06:05:30Z"))).toBe("2026-11-25T14:05");
  expect(fromField("2026-11-25T14:05")).toBe(at("2026-11-25T06:05:00Z"));
  expect(fromField("")).toBeNull();
});
