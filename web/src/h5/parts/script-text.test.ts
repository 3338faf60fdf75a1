import { fillScript } from "./script-text";

const values = { name: "赵建国", company: null, staff: "林晓" };

it("fills in what is known", () => {
  expect(fillScript("{{name}}您好，我是{{ staff }}", values)).toEqual({
    text: "赵建国您好，我是林晓",
    missing: [],
  });
});

it("says once what is not known, and leaves it standing", () => {
  const { text, missing } = fillScript("{{company}}的{{name}}，{{company}}", values);
  expect(text).toBe("{{company}}的赵建国，{{company}}");
  expect(missing).toEqual(["company"]);
});

it("takes nothing from elsewhere: neither other names nor braces within a value", () => {
  expect(fillScript("{{constructor}}{{}}", values).missing).toEqual(["constructor", ""]);
  expect(fillScript("{{name}}", { ...values, name: "{{staff}}" })).toEqual({
    text: "{{staff}}",
    missing: [],
  });
  expect(fillScript("{{name}}", { ...values, name: "$&" }).text).toBe("$&");
});
