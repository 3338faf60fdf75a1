import { groupWeek, readSpans, writeSpans } from "./spans";

it.each([
  ["", []],
  ["09:00-18:00", [[540, 1080]]],
  [
    "9:00–12:00，13：30~18:00",
    [
      [540, 720],
      [810, 1080],
    ],
  ],
  ["00:00-24:00", [[0, 1440]]],
])("reads %s", (text, spans) => {
  expect(readSpans(text)).toEqual(spans);
  expect(readSpans(writeSpans(readSpans(text) ?? []))).toEqual(spans);
});

it.each(["9-18", "18:00-09:00", "09:00-12:00, 11:00-18:00", "09:00-24:01", "09:60-10:00", "整天"])(
  "refuses %s",
  (text) => {
    expect(readSpans(text)).toBeNull();
  },
);

it("takes neighbouring days together", () => {
  const office: [number, number][] = [[540, 1080]];
  expect(groupWeek([office, office, office, office, [], office, []])).toEqual([
    { first: 0, last: 3, spans: "09:00-18:00" },
    { first: 5, last: 5, spans: "09:00-18:00" },
  ]);
  expect(groupWeek([[], [], [], [], [], [], []])).toEqual([]);
});
