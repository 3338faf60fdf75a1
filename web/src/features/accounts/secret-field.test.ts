import { makeSecret } from "./secret-field";

it("makes keys of the wanted length from letters and digits", () => {
  expect(makeSecret(43)).toMatch(/^[0-9A-Za-z]{43}$/);
  expect(makeSecret(24)).not.toBe(makeSecret(24));
});
