/**
 * The table of types of nodes. A new type is one entry here, its words in `journeyNodes.json`, and its picture.
 * `exits`: fields that name a node; `cases[]` means the `next` of each element. `start`: what a new node has.
 */
import {
  AimOutlined,
  BranchesOutlined,
  CalendarOutlined,
  ClockCircleOutlined,
  ExperimentOutlined,
  FieldTimeOutlined,
  HourglassOutlined,
  IssuesCloseOutlined,
  MessageOutlined,
  PartitionOutlined,
  QuestionOutlined,
  SmileOutlined,
  StopOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { actTypes } from "./act-types";
import type { NodeData } from "./draft";
import { noticeTypes } from "./notice-types";

export type FieldKind =
  | "account"
  | "arms"
  | "attachments"
  | "attribute"
  | "attribute-value"
  | "boolean"
  | "branch-cases"
  | "campaign"
  | "condition"
  | "corp"
  | "details"
  | "duration"
  | "field"
  | "invite-account"
  | "invite-by"
  | "join-way"
  | "journey"
  | "key"
  | "kf-attachment"
  | "long-text"
  | "number"
  | "offset"
  | "priority"
  | "reason"
  | "script"
  | "staff"
  | "stage"
  | "tag"
  | "tag-turn"
  | "target"
  | "template"
  | "template-values"
  | "text"
  | "time"
  | "wait-cases"
  | "webhook"
  | "weekdays";

export interface FieldSpec {
  name: string;
  kind: FieldKind;
  optional?: boolean;
  /** Fields that mean nothing any more once this one is another: they get what a new node has. */
  clears?: readonly string[];
  /** Where it means something; everywhere if it is not said. */
  when?: (node: NodeData) => boolean;
}

export type Group = "wait" | "decide" | "send" | "act" | "end";

export interface NodeType {
  group: Group;
  icon: ReactNode;
  /** Rarely needed; offered under 「高级」. */
  advanced?: boolean;
  /** Of what sends: whether it arrives by itself, or a member confirms it first. */
  delivery?: "automatic" | "confirmed";
  exits: readonly string[];
  start: Record<string, unknown>;
  fields: readonly FieldSpec[];
}

const hour = 3_600;
const day = 24 * hour;
const next = ["next"] as const;
const message: readonly FieldSpec[] = [
  { name: "text", kind: "long-text" },
  { name: "campaign_id", kind: "campaign", optional: true },
  { name: "advert", kind: "boolean", optional: true },
  { name: "valid_seconds", kind: "duration" },
];

export const nodeTypes: Record<string, NodeType> = {
  delay: {
    group: "wait",
    icon: <ClockCircleOutlined />,
    exits: next,
    start: { for_seconds: day },
    fields: [{ name: "for_seconds", kind: "duration" }],
  },
  until_time: {
    group: "wait",
    icon: <FieldTimeOutlined />,
    exits: next,
    start: { at: "10:00", weekdays: [0, 1, 2, 3, 4] },
    fields: [
      { name: "at", kind: "time" },
      { name: "weekdays", kind: "weekdays" },
    ],
  },
  until_date: {
    group: "wait",
    icon: <CalendarOutlined />,
    exits: ["next", "past?", "missing?"],
    start: { field: "", offset_seconds: 0 },
    fields: [
      { name: "field", kind: "field" },
      { name: "offset_seconds", kind: "offset" },
      { name: "at", kind: "time", optional: true },
      { name: "past", kind: "target", optional: true },
      { name: "missing", kind: "target", optional: true },
    ],
  },
  wait: {
    group: "wait",
    icon: <HourglassOutlined />,
    exits: ["cases[]", "otherwise"],
    start: { cases: [{ kind: "FollowerMessageReceived" }], timeout_seconds: day },
    fields: [
      { name: "cases", kind: "wait-cases" },
      { name: "timeout_seconds", kind: "duration" },
    ],
  },
  wait_until: {
    group: "wait",
    icon: <IssuesCloseOutlined />,
    exits: ["next", "otherwise"],
    start: { when: { op: "known", field: "person.company" }, timeout_seconds: 7 * day },
    fields: [
      { name: "when", kind: "condition" },
      { name: "timeout_seconds", kind: "duration" },
    ],
  },
  branch: {
    group: "decide",
    icon: <BranchesOutlined />,
    exits: ["cases[]", "otherwise"],
    start: { cases: [{ when: { op: "known", field: "person.company" } }] },
    fields: [{ name: "cases", kind: "branch-cases" }],
  },
  split: {
    group: "decide",
    icon: <PartitionOutlined />,
    exits: ["arms[]"],
    start: {
      arms: [
        { name: "a", weight: 50 },
        { name: "b", weight: 50 },
      ],
    },
    fields: [{ name: "arms", kind: "arms" }],
  },
  holdout: {
    group: "decide",
    icon: <ExperimentOutlined />,
    exits: next,
    start: { percent: 10 },
    fields: [{ name: "percent", kind: "number" }],
  },
  send_welcome: {
    group: "send",
    icon: <SmileOutlined />,
    delivery: "automatic",
    exits: next,
    start: { text: "" },
    fields: [
      { name: "text", kind: "long-text", optional: true },
      { name: "attachments", kind: "attachments", optional: true },
    ],
  },
  send_service_message: {
    group: "send",
    icon: <MessageOutlined />,
    delivery: "automatic",
    exits: next,
    start: { text: "", valid_seconds: day },
    fields: [{ name: "account_id", kind: "account" }, ...message],
  },
  ...noticeTypes,
  send_confirmed: {
    group: "send",
    icon: <TeamOutlined />,
    delivery: "confirmed",
    exits: next,
    start: { text: "", valid_seconds: 3 * day },
    fields: [
      { name: "account_id", kind: "corp" },
      ...message,
      { name: "priority", kind: "priority", optional: true },
    ],
  },
  ...actTypes,
  goal: { group: "end", icon: <AimOutlined />, exits: next, start: {}, fields: [] },
  end: {
    group: "end",
    icon: <StopOutlined />,
    exits: [],
    start: {},
    fields: [{ name: "outcome", kind: "key", optional: true }],
  },
};

export const unknownIcon = <QuestionOutlined />;
