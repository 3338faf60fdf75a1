import type { Account, AccountKind, DoctorFinding, ExaminedAccount, ExistingSync } from "@/api/types";

export type Who = "superAdmin" | "accountAdmin" | "owner" | "it" | "us";
export type Copied = "callback" | "domain" | "address" | "sidebar";
export type Made = "imports" | "scripts";
export type StepState = "done" | "problem" | "open" | "todo" | "manual";

export interface Step {
  key: StepKey;
  who: Who[];
  /** The account it is about; none for what WeLoop cannot look at. */
  kind?: AccountKind;
  /** The checks of the doctor that say how it stands. */
  checks?: string[];
  /** The check of this installation that says how it stands. */
  machine?: string;
  /** What WeLoop itself has once it is done. */
  made?: Made;
  copied?: Copied[];
  /** Whether Token and EncodingAESKey are needed, which never stand in a text to pass on. */
  secrets?: boolean;
  /** Where it is done in WeLoop itself. */
  to?: string;
}

export type StepKey =
  | "accountCredentials"
  | "accountAddress"
  | "accountExisting"
  | "history"
  | "baseline"
  | "app"
  | "appCallback"
  | "appAddress"
  | "customerContact"
  | "kf"
  | "developerId"
  | "serverUrl"
  | "openPlatform"
  | "phoneDomain"
  | "verifyFile"
  | "sidebar"
  | "scripts";

export interface Rung {
  key: "L0" | "L1" | "L2" | "L3";
  steps: Step[];
}

const accounts = "/settings/accounts";

/** Every rung pays by itself; the order of the steps is that of the consoles. */
export const ladder: Rung[] = [
  {
    key: "L0",
    steps: [
      {
        key: "accountCredentials",
        who: ["accountAdmin"],
        kind: "official_account",
        checks: ["credentials"],
        to: accounts,
      },
      {
        key: "accountAddress",
        who: ["accountAdmin", "it"],
        kind: "official_account",
        checks: ["address"],
        copied: ["address"],
      },
      { key: "accountExisting", who: ["us"], kind: "official_account", to: accounts },
      { key: "history", who: ["us"], made: "imports", to: "/imports" },
      { key: "baseline", who: ["us"], to: "/baseline" },
    ],
  },
  {
    key: "L1",
    steps: [
      {
        key: "app",
        who: ["superAdmin"],
        kind: "wecom",
        checks: ["credentials", "visible_range"],
        to: accounts,
      },
      {
        key: "appCallback",
        who: ["superAdmin", "it"],
        kind: "wecom",
        checks: ["callback"],
        copied: ["callback"],
        secrets: true,
      },
      { key: "appAddress", who: ["superAdmin"], kind: "wecom", checks: ["address"], copied: ["address"] },
      { key: "customerContact", who: ["superAdmin"], kind: "wecom", checks: ["customer_contact"] },
      { key: "kf", who: ["superAdmin"], kind: "wecom", checks: ["kf"] },
      { key: "developerId", who: ["superAdmin", "owner"], kind: "wecom", checks: ["unionid"] },
    ],
  },
  {
    key: "L2",
    steps: [
      {
        key: "serverUrl",
        who: ["accountAdmin", "it"],
        kind: "official_account",
        checks: ["callback"],
        copied: ["callback"],
        secrets: true,
      },
      { key: "openPlatform", who: ["owner"], kind: "official_account", checks: ["unionid"] },
    ],
  },
  {
    key: "L3",
    steps: [
      { key: "phoneDomain", who: ["superAdmin", "owner"], kind: "wecom", copied: ["domain"] },
      { key: "verifyFile", who: ["superAdmin", "us"], machine: "verify_files" },
      {
        key: "sidebar",
        who: ["superAdmin"],
        kind: "wecom",
        checks: ["sidebar"],
        copied: ["sidebar"],
      },
      { key: "scripts", who: ["us"], made: "scripts", to: "/scripts" },
    ],
  },
];

const syncStates = { running: "open", done: "done", failed: "problem" } as const;

export interface Known {
  account?: Account | undefined;
  report?: ExaminedAccount | undefined;
  sync?: ExistingSync | undefined;
  machine?: DoctorFinding | undefined;
  /** Whether there is any of what the step makes. */
  isMade?: boolean | undefined;
}

/** What the doctor says of a step. */
export function findingsOf({ checks, machine: ofMachine }: Step, { report, machine }: Known) {
  if (ofMachine) return machine ? [machine] : [];
  return report?.findings.filter(({ check }) => checks?.includes(check)) ?? [];
}

/** How a step stands, from the doctor's findings; what nobody can look at is for people to tick. */
export function stateOf(step: Step, known: Known): StepState {
  const { account, sync } = known;
  if (!step.kind) return stateHere(step, known);
  if (!account) return "todo";
  if (step.key === "accountExisting") return sync ? syncStates[sync.state] : "todo";
  if (!step.checks) return "manual";
  const found = findingsOf(step, known);
  if (found.some(({ state }) => state === "problem")) return "problem";
  // Nobody has to use what the platform does not let this app use, or what was never opened.
  if (found.some(({ state, outcome }) => state === "open" && ["never", "refused"].includes(outcome)))
    return "todo";
  const isWhole = found.length === step.checks.length && found.every(({ state }) => state === "good");
  return isWhole ? "done" : "open";
}

/** How a step stands that no account has to do with. */
function stateHere(step: Step, { machine, isMade }: Known): StepState {
  if (step.machine) return machine ? machineState(machine) : "open";
  if (step.made) return isMade ? "done" : "todo";
  return "manual";
}

function machineState({ state, outcome }: DoctorFinding): StepState {
  if (outcome === "none") return "todo";
  return state === "good" ? "done" : "problem";
}

/** The values that somebody else must type, of what is known; never a secret. */
export function valueToType(copied: Copied, { account, report }: Known): string {
  if (copied === "callback") return account?.callback_url ?? "";
  if (copied === "domain") return account ? new URL(account.callback_url).hostname : "";
  return report?.findings.find(({ check }) => check === copied)?.copy_text ?? "";
}
