import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { durationText } from "@/shared/format/duration";
import { formatNumber } from "@/shared/format/format";
import { usePriorities } from "@/shared/hooks/use-priorities";
import {
  type Condition,
  isGroup,
  membershipOf,
  segmentEvents,
  segmentField,
  splitSegment,
} from "./conditions";
import type { Draft, NodeData } from "./draft";
import { findNode } from "./draft";
import { useFixedValues } from "./fixed-values";
import type { KfAttachment } from "./kf-attachment-input";
import { useTypeLabel } from "./node-labels";
import { type FieldKind, type FieldSpec, nodeTypes } from "./node-types";
import { useOutcomeWord } from "./run-words";
import type { Schedule } from "./schedule";
import { useTemplates } from "./template-inputs";
import { useNamedJourneys } from "./use-journeys";

const longestText = 60;
const longestName = 24;
const week = 7;
const eventPrefix = "event.";
const properties = `${eventPrefix}properties.`;
const variable = /\{\{\s*([^{}|]+?)\s*(\|[^{}]*)?\}\}/g;

function shorten(text: string, longest = longestText): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === "";

export interface Words {
  event(kind: unknown): string;
  /** An event that is listened for, with the segment that it is of. */
  trigger(trigger: Record<string, unknown>): string;
  field(name: unknown): string;
  condition(condition: Condition | undefined): string;
  /** When who comes in; empty without a schedule. */
  schedule(schedule: Schedule | undefined): string;
  /** One sentence on what a node does. */
  node(node: NodeData): string;
  type(type: string): string;
  /** What a way out means, such as the answer that it is for. */
  exit(node: NodeData, path: string): string;
  /** A node by its name; with what it does, or else its number, where others of its type stand beside it. */
  target(draft: Draft, id: string | null): string;
}

/** Parts of a definition in words. */
export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const type = useTypeLabel();
  const priorities = usePriorities();
  const scripts = $api.useQuery("get", "/api/scripts", {}).data ?? [];
  const accounts = $api.useQuery("get", "/api/accounts", {}).data ?? [];
  const attributes = $api.useQuery("get", "/api/attributes", {}).data ?? [];
  const segments = $api.useQuery("get", "/api/segments", {}).data ?? [];
  const tags = $api.useQuery("get", "/api/tags", {}).data ?? [];
  const fixed = useFixedValues();
  const templates = useTemplates().flatMap((each) => each.templates);
  const outcome = useOutcomeWord();
  const journeys = useNamedJourneys();
  const webhooks = $api.useQuery("get", "/api/webhooks", {}).data ?? [];
  const known = (key: string, otherwise: string) =>
    i18n.exists(`journeyNodes.${key}`) ? t(`journeyNodes.${key}` as "journeyNodes.type.delay") : otherwise;

  const event = (kind: unknown) => known(`event.${kind}`, String(kind ?? ""));
  const segment = (id: unknown) => {
    if (isEmpty(id)) return t("journeyNodes.notSet");
    return segments.find((each) => String(each.id) === String(id))?.name ?? String(id);
  };
  const trigger = ({ kind, where }: Record<string, unknown>) => {
    const wanted = (where ?? undefined) as Condition | undefined;
    const mark = segmentEvents.includes(String(kind))
      ? segment(splitSegment(wanted).segment)
      : markOf(wanted);
    return mark === "" ? event(kind) : `${event(kind)}${t("journeyNodes.quoted", { name: mark })}`;
  };
  /** What one value of an event, or some, tells it from others of its kind. */
  const markOf = (where: Condition | undefined): string => {
    if (!where || isGroup(where)) return "";
    const { op, field: name, value } = where;
    if (!name.startsWith(eventPrefix) || !["is", "one_of"].includes(op)) return "";
    return [value]
      .flat()
      .map((each) => fixed.word(name, each))
      .join("/");
  };
  const field = (given: unknown) => {
    const name = String(given ?? "");
    if (name === segmentField) return t("journeyNodes.known.segment");
    if (name.startsWith(segmentField))
      return t("journeyNodes.segmentName", { name: segment(name.slice(segmentField.length)) });
    if (name.startsWith(properties))
      return t("journeyNodes.property", { name: name.slice(properties.length) });
    const attribute = attributes.find(({ key }) => name === `attribute.${key}`);
    return attribute?.name ?? known(`known.${name.replaceAll(".", "_")}`, name);
  };
  const condition = (given: Condition | undefined): string => {
    if (!given) return "";
    if (isGroup(given)) {
      const terms = given.terms.map(condition).join(t(`journeyNodes.joined.${given.op}`));
      return given.op === "none" ? t("journeyNodes.noneOf", { terms }) : terms;
    }
    const member = membershipOf(given);
    if (member)
      return t(member.within ? "journeyNodes.member.in" : "journeyNodes.member.notIn", {
        name: segment(member.segment),
      });
    const values = Array.isArray(given.value) ? given.value : [given.value ?? ""];
    const value = values.map((each) => fixed.word(given.field, each)).join("/");
    return `${field(given.field)} ${known(`op.${given.op}`, given.op)} ${value}`.trim();
  };
  const list = (value: unknown) => (Array.isArray(value) ? (value as Record<string, unknown>[]) : []);

  const sayOffset = (value: unknown) => {
    const seconds = Number(value);
    if (seconds === 0) return "";
    const time = durationText(t, Math.abs(seconds));
    return t(seconds < 0 ? "journeyNodes.before" : "journeyNodes.after", { time });
  };
  const sayWeekdays = (value: unknown) =>
    (value as number[]).length === week
      ? t("journeyNodes.everyDay")
      : (value as number[])
          .map((day) => t(`journeyNodes.weekday.${day as 0}`))
          .join(t("common.listSeparator"));
  const schedule = (given: Schedule | undefined) => {
    if (!given) return "";
    const days = {
      once: () => given.day ?? t("journeyNodes.notSet"),
      daily: () => t("journeyNodes.everyDay"),
    };
    const when = given.every === "weekly" ? sayWeekdays(list(given.weekdays)) : days[given.every]?.();
    return t("journeyNodes.scheduled", {
      when: when ?? "",
      at: given.at ?? "",
      name: segment(given.segment_id),
    });
  };
  const sayText = (value: unknown) => String(value).replace(variable, (_, name) => `‹${field(name)}›`);
  const sayAttachment = (given: KfAttachment | undefined) =>
    given ? `${t(`journeyNodes.kf.${given.type}`)} ${sayText(given.title ?? given.name ?? "")}`.trim() : "";
  /** One field of a node; empty where there is nothing to say. Kinds that are not here are shown as they are. */
  const say: Partial<Record<FieldKind, (value: unknown) => string>> = {
    duration: (value) => durationText(t, Number(value)),
    offset: sayOffset,
    number: (value) => formatNumber(Number(value)),
    key: (value) => outcome(String(value)),
    text: sayText,
    "long-text": sayText,
    weekdays: sayWeekdays,
    "wait-cases": (value) => list(value).map(trigger).join(t("journeyNodes.or")),
    "branch-cases": (value) =>
      list(value)
        .map((each) => condition(each.when as Condition))
        .join(" | "),
    arms: (value) =>
      list(value)
        .map((arm) => `${arm.name} ${arm.weight}`)
        .join(" / "),
    "kf-attachment": (value) => sayAttachment(value as KfAttachment),
    attachments: (value) => t("journeyNodes.attachments", { count: list(value).length }),
    account: (value) => accounts.find(({ id }) => id === value)?.name ?? "",
    corp: () => "",
    condition: (value) => condition(value as Condition),
    attribute: (value) => field(`attribute.${value}`),
    priority: (value) => priorities.find((each) => each.value === value)?.label ?? "",
    script: (value) => scripts.find(({ id }) => id === value)?.name ?? "",
    tag: (value) => tags.find(({ id }) => id === value)?.name ?? "",
    "tag-turn": (value) => t(value === false ? "journeyNodes.tagOff" : "journeyNodes.tagOn"),
    journey: (value) => journeys.find(({ id }) => id === value)?.name ?? String(value),
    "invite-account": (value) => accounts.find(({ id }) => id === value)?.name ?? "",
    "invite-by": (value) => t(`journeyNodes.invite.${value as "confirmed"}`),
    "join-way": () => "",
    stage: (value) => t(`leads.stage.${value as "mql"}`),
    reason: (value) => t(`leads.reason.${value as "other"}`),
    webhook: (value) => webhooks.find(({ id }) => String(id) === String(value))?.url ?? "",
    field,
    boolean: () => "",
    campaign: () => "",
    details: () => "",
    target: () => "",
    template: (value) => templates.find(({ id }) => id === value)?.title ?? "",
    "template-values": () => "",
  };
  const sayField = ({ kind, name }: FieldSpec, value: unknown): string => {
    if (isEmpty(value)) return "";
    const said = (say[kind] ?? String)(value);
    return i18n.exists(`journeyNodes.measured.${name}`)
      ? t(`journeyNodes.measured.${name as "percent"}`, { value: said })
      : said;
  };

  const exit = (node: NodeData, path: string): string => {
    const [name = "", number] = path.split(".");
    const each = number === undefined ? undefined : list(node[name])[Number(number)];
    if (each?.when) return condition(each.when as Condition);
    if (each?.kind) return trigger(each);
    if (each?.name) return String(each.name);
    return known(`exit.${node.type}_${name}`, known(`exit.${name}`, name));
  };
  const sayNode = (node: NodeData, longest?: number) =>
    shorten(
      (nodeTypes[node.type]?.fields ?? [])
        .map((spec) => sayField(spec, node[spec.name]))
        .filter(Boolean)
        .join(" · "),
      longest,
    );
  const nameAmong = (node: NodeData, alike: NodeData[]) => {
    if (alike.length === 1) return type(node.type);
    const does = (each: NodeData) => sayNode(each, longestName);
    const what = does(node);
    const isOnly = what !== "" && alike.filter((each) => does(each) === what).length === 1;
    return isOnly
      ? t("journeyNodes.stepOf", { type: type(node.type), what })
      : t("journeyNodes.stepAt", { type: type(node.type), number: alike.indexOf(node) + 1 });
  };
  return {
    event,
    trigger,
    field,
    condition,
    schedule,
    type,
    exit,
    node: (node) => sayNode(node),
    target: (draft, id) => {
      if (id === null) return t("journeyNodes.endsRun");
      const node = findNode(draft, id);
      if (!node) return t("journeyNodes.noSuchNode", { id });
      return nameAmong(
        node,
        draft.nodes.filter((each) => each.type === node.type),
      );
    },
  };
}
