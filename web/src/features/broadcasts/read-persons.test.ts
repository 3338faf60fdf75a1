import { expect, test } from "vitest";
import { readPersons } from "./read-persons";

test("of an exported file the first column is read; its head is counted as left out", () => {
  const file = '\ufeff联系人,姓名,员工\r\n"-7340173923412","",""\r\n\'-42,周工,lina\r\n42,x,13800000000\r\n';
  expect(readPersons(file)).toEqual({ persons: ["-7340173923412", "-42", "42"], rest: 1 });
});

test("numbers alone may stand in one line; the same twice is one", () => {
  expect(readPersons("1, 2，2\t3\n\n 4 x")).toEqual({ persons: ["1", "2", "3", "4"], rest: 0 });
});

test("nothing is nothing", () => {
  expect(readPersons("")).toEqual({ persons: [], rest: 0 });
});
