import { useTranslation } from "react-i18next";
import type { TimelineItem } from "@/api/types";
import type { Tone } from "@/shared/components/state-dot";
import { useFailureText } from "@/shared/hooks/use-failure-text";
import { useStaffName } from "@/shared/hooks/use-staff-name";

export interface EventWords {
  title: string;
  /** What the person wrote. */
  quote?: string;
  detail?: string;
}

const tones: Record<string, Tone> = {
  ContactAdded: "good",
  FollowerSubscribed: "good",
  ContactRemoved: "bad",
  ContactLost: "bad",
  FollowerUnsubscribed: "bad",
  ContactTransferFailed: "bad",
  GroupJoined: "good",
  GroupLeft: "bad",
  CommandFailed: "bad",
  CommandUncertain: "warn",
  CommandRefused: "warn",
  ConsentWithdrawn: "bad",
  ConsentGiven: "good",
  Unknown: "warn",
};

/** A welcome that went out is as good as a new friend. */
export function toneOfEvent({ kind, data }: TimelineItem): Tone {
  if (kind === "CommandSent" && data.command === "SendWelcome") return "good";
  return tones[kind] ?? "quiet";
}

type Data = Record<string, unknown>;

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function failureOf(data: Data) {
  return {
    code: text(data.code) || "platform",
    params: { errcode: Number(data.errcode ?? 0), reason: text(data.reason) },
  };
}

/** Every event as a sentence in the reader's language; kinds without one are shown by their name. */
export function useEventWords(): (item: TimelineItem) => EventWords {
  const { t, i18n } = useTranslation();
  const failureText = useFailureText();
  const staffName = useStaffName();

  const commandName = (data: Data) => {
    const name = text(data.command);
    return i18n.exists(`command.${name}`) ? t(`command.${name as "SendWelcome"}`) : name;
  };
  const failureDetail = (data: Data) => {
    const { cause, fix, errcode } = failureText(failureOf(data));
    return [cause, fix, errcode && t("errcode.label", { errcode })].filter(Boolean).join(" · ");
  };
  const skipReason = (data: Data) => {
    const reason = text(data.reason);
    return i18n.exists(`event.skip.${reason}`) ? t(`event.skip.${reason as "nothing_to_say"}`) : reason;
  };

  const leadStage = (data: Data): Partial<EventWords> => {
    const [to, reason] = [text(data.to), text(data.reason)];
    if (!i18n.exists(`leads.stage.${to}`)) return {};
    return {
      title: t("event.lead.stage", { stage: t(`leads.stage.${to as "lead"}`) }),
      ...(i18n.exists(`leads.reason.${reason}`) && { detail: t(`leads.reason.${reason as "other"}`) }),
    };
  };
  const evidence = (data: Data): Partial<EventWords> => {
    const kind = text(data.evidence);
    if (!i18n.exists(`leads.evidence.${kind}`)) return {};
    return {
      ...(data.by ? { title: t("event.kind.LeadContacted", { staff: staffName(data.by) }) } : {}),
      detail: t("event.lead.evidence", { evidence: t(`leads.evidence.${kind as "marked"}`) }),
    };
  };
  const leadOwner = (data: Data): Partial<EventWords> => {
    if (data.reason === "returned") return { title: t("event.lead.returned") };
    if (data.reason === "claimed")
      return { title: t("event.lead.claimed", { staff: staffName(data.staff) }) };
    return {};
  };

  const details: Record<string, (item: TimelineItem) => Partial<EventWords>> = {
    GroupJoined: ({ data }) => ({ detail: text(data.name) }),
    CommandFailed: ({ data }) => ({ detail: failureDetail(data) }),
    CommandRefused: ({ data }) => ({ detail: failureDetail(data) }),
    ConsentWithdrawn: ({ data }) => ({ quote: text(data.word) }),
    ConsentGiven: ({ data }) => ({ quote: text(data.word) }),
    ContactTransferFailed: ({ data }) => ({ detail: text(data.reason) }),
    WelcomeSkipped: ({ data }) => ({ detail: skipReason(data) }),
    FollowerMessageReceived: ({ personal }) => ({ quote: text(personal.text) }),
    KfMessageReceived: ({ personal }) => ({ quote: text(personal.text) }),
    KfMessageAnswered: ({ personal }) => ({ quote: text(personal.text) }),
    StaffMessageReceived: ({ personal }) => ({ quote: text(personal.text) }),
    ProfileFetched: ({ data }) => (data.found === false ? { detail: t("event.profileNotFound") } : {}),
    ContactAdded: ({ data }) => (data.half === true ? { detail: t("event.half") } : {}),
    CommandSent: ({ data }) => {
      const name = text(data.command);
      return i18n.exists(`event.done.${name}`) ? { title: t(`event.done.${name as "SendWelcome"}`) } : {};
    },
    SidebarSent: ({ data, personal }) => ({
      quote: text(personal.text) || text(personal.title),
      detail: t(`event.sent.${text(data.type) as "text"}`),
    }),
    LeadAdvanced: ({ data }) => leadStage(data),
    LeadContacted: ({ data }) => evidence(data),
    LeadAssigned: ({ data }) => leadOwner(data),
    AttributeChanged: ({ data, personal }) => ({
      title: t("event.kind.AttributeChanged", {
        attribute: text(data.attribute),
        value: typeof personal.value === "boolean" ? String(personal.value) : text(personal.value) || "—",
      }),
    }),
    PersonTagged: ({ data }) => ({ title: t("event.kind.PersonTagged", { tag: text(data.tag) }) }),
    PersonUntagged: ({ data }) => ({ title: t("event.kind.PersonUntagged", { tag: text(data.tag) }) }),
    Unknown: () => ({ detail: t("event.unknownHint") }),
  };

  return (item) => {
    const { data, kind } = item;
    const key = i18n.exists(`event.kind.${kind}`) ? kind : "Unknown";
    const values = {
      staff: staffName(data.staff),
      scene: text(data.scene),
      command: commandName(data),
      type: text(data.type) || kind,
      key: text(data.key),
      name: text(data.name) || text(data.path),
    };
    return { title: t(`event.kind.${key as "Unknown"}`, values), ...details[key]?.(item) };
  };
}
