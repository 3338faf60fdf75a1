import type { Account, DoctorFinding, ExaminedAccount } from "@/api/types";
import { findingsOf, ladder, type Step, stateOf, valueToType } from "./ladder";

const account = { id: 1, callback_url: "https://crm.example.com:8443/callback/abc" } as Account;

function report(...findings: Partial<DoctorFinding>[]): ExaminedAccount {
  return { account_id: 1, findings } as ExaminedAccount;
}

function step(key: string): Step {
  const found = ladder.flatMap(({ steps }) => steps).find((each) => each.key === key);
  if (!found) throw new Error(key);
  return found;
}

it("stands as the doctor found it", () => {
  const app = step("app");
  const good = { check: "credentials", state: "good" } as const;
  expect(stateOf(app, {})).toBe("todo");
  expect(stateOf(app, { account })).toBe("open");
  expect(stateOf(app, { account, report: report(good) })).toBe("open");
  expect(stateOf(app, { account, report: report(good, { check: "visible_range", state: "problem" }) })).toBe(
    "problem",
  );
  expect(stateOf(app, { account, report: report(good, { check: "visible_range", state: "good" }) })).toBe(
    "done",
  );
});

it("asks nobody to use customer service", () => {
  const kf = (state: DoctorFinding["state"], outcome: string) => report({ check: "kf", state, outcome });
  expect(stateOf(step("kf"), { account, report: kf("open", "refused") })).toBe("todo");
  expect(stateOf(step("kf"), { account, report: kf("open", "after") })).toBe("open");
  expect(stateOf(step("kf"), { account, report: kf("good", "good") })).toBe("done");
});

it("never shows as done what nobody looked at", () => {
  expect(stateOf(step("phoneDomain"), { account, report: report() })).toBe("manual");
});

it("shows a verification file as done only when it is really served", () => {
  const file = step("verifyFile");
  const found = (state: DoctorFinding["state"], outcome: string) =>
    ({ check: "verify_files", state, outcome }) as DoctorFinding;
  expect(stateOf(file, {})).toBe("open");
  expect(stateOf(file, { machine: found("good", "none") })).toBe("todo");
  expect(stateOf(file, { machine: found("problem", "away") })).toBe("problem");
  expect(stateOf(file, { machine: found("good", "good") })).toBe("done");
  expect(findingsOf(file, { machine: found("problem", "away") })).toHaveLength(1);
});

it("shows the sidebar as done only when a member has opened it", () => {
  const sidebar = step("sidebar");
  const found = (state: DoctorFinding["state"], outcome: string) =>
    report({
      check: "sidebar",
      state,
      outcome,
      copy_text: "https://crm.example.com/h5/open?to=/sidebar&account=1",
    });
  expect(stateOf(sidebar, {})).toBe("todo");
  expect(stateOf(sidebar, { account, report: found("open", "never") })).toBe("todo");
  expect(stateOf(sidebar, { account, report: found("good", "opened") })).toBe("done");
  expect(valueToType("sidebar", { account, report: found("open", "never") })).toContain(
    "/h5/open?to=/sidebar",
  );
});

it("gives the values to type, and nothing that is not known", () => {
  const known = { account, report: report({ check: "address", copy_text: "203.0.113.7" }) };
  expect(valueToType("callback", known)).toBe(account.callback_url);
  expect(valueToType("domain", known)).toBe("crm.example.com");
  expect(valueToType("address", known)).toBe("203.0.113.7");
  expect(valueToType("address", { account })).toBe("");
});

it("knows by itself whether there are scripts and imported people", () => {
  for (const key of ["history", "scripts"]) {
    expect(stateOf(step(key), { isMade: false })).toBe("todo");
    expect(stateOf(step(key), { isMade: true })).toBe("done");
  }
});
