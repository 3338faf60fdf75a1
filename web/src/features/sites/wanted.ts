import type { TFunction } from "i18next";
import type { Webhook } from "@/api/types";

export type Wanted = Webhook["wanted"][number];
type Kind = Wanted["kind"];

const stages = ["mql", "accepted", "sql", "opportunity", "won", "lost"] as const;
const groups: Record<"lead" | "person" | "web", Kind[]> = {
  lead: [
    "LeadCreated",
    "LeadAssigned",
    "LeadAccepted",
    "LeadContacted",
    "LeadAdvanced",
    "LeadWithdrawn",
    "LeadClockExpired",
    "FollowUpWritten",
    "TaskDone",
  ],
  person: [
    "ContactAdded",
    "ContactLost",
    "ContactRemoved",
    "FollowerSubscribed",
    "FollowerUnsubscribed",
    "FollowerScanned",
    "MenuClicked",
    "GroupJoined",
    "GroupLeft",
  ],
  web: ["LinkOpened", "PageViewed", "Tracked", "Identified"],
};

/** A choice as the form holds it: the kind, and the stage of a lead behind a colon. */
export function toChoices(wanted: Wanted[]): string[] {
  return wanted.flatMap(({ kind, where }) => where?.to?.map((stage) => `${kind}:${stage}`) ?? [kind]);
}

/** Choices as the API takes them: all stages of one kind together. */
export function toWanted(choices: string[]): Wanted[] {
  const to = choices.flatMap((choice) => (choice.startsWith("LeadAdvanced:") ? [choice.slice(13)] : []));
  const kinds = choices.filter((choice) => !choice.includes(":")) as Kind[];
  const advanced: Wanted[] = to.length > 0 ? [{ kind: "LeadAdvanced", where: { to } }] : [];
  return [...kinds.map((kind) => ({ kind, where: {} })), ...advanced];
}

export function choiceLabel(t: TFunction, choice: string): string {
  const [kind, stage] = choice.split(":") as [Kind, (typeof stages)[number] | undefined];
  return stage ? t("sites.hook.to", { stage: t(`sites.stage.${stage}`) }) : t(`sites.kind.${kind}`);
}

export function choiceGroups(t: TFunction) {
  return (Object.keys(groups) as (keyof typeof groups)[]).map((group) => ({
    label: t(`sites.hook.group.${group}`),
    options: [
      ...(group === "lead" ? stages.map((stage) => `LeadAdvanced:${stage}`) : []),
      ...groups[group],
    ].map((value) => ({ value, label: choiceLabel(t, value) })),
  }));
}
