/** Types of nodes that have something done: by members, to leads, to what is noted of a person, elsewhere. */
import {
  ApiOutlined,
  LoginOutlined,
  LogoutOutlined,
  ProfileOutlined,
  RiseOutlined,
  SolutionOutlined,
  StarOutlined,
  TagOutlined,
  UserSwitchOutlined,
} from "@ant-design/icons";
import type { NodeType } from "./node-types";

const next = ["next"] as const;

export const actTypes: Record<string, NodeType> = {
  webhook: {
    group: "act",
    icon: <ApiOutlined />,
    advanced: true,
    exits: next,
    start: { details: {} },
    fields: [
      { name: "webhook_id", kind: "webhook" },
      { name: "details", kind: "details" },
    ],
  },
  staff_task: {
    group: "act",
    icon: <SolutionOutlined />,
    exits: ["done", "declined", "expired", "nobody"],
    start: { title: "", within_hours: 8 },
    fields: [
      { name: "account_id", kind: "corp" },
      { name: "title", kind: "text" },
      { name: "note", kind: "long-text", optional: true },
      { name: "script_id", kind: "script", optional: true },
      { name: "within_hours", kind: "number" },
      { name: "staff", kind: "staff", optional: true },
      { name: "instead", kind: "staff", optional: true },
    ],
  },
  tag: {
    group: "act",
    icon: <TagOutlined />,
    exits: next,
    start: { on: true },
    fields: [
      { name: "on", kind: "tag-turn" },
      { name: "tag_id", kind: "tag" },
    ],
  },
  attribute: {
    group: "act",
    icon: <ProfileOutlined />,
    exits: next,
    start: { value: null },
    fields: [
      { name: "key", kind: "attribute", clears: ["value"] },
      { name: "value", kind: "attribute-value", optional: true },
    ],
  },
  lead_stage: {
    group: "act",
    icon: <RiseOutlined />,
    exits: next,
    start: { to: "mql" },
    fields: [
      { name: "to", kind: "stage" },
      { name: "reason", kind: "reason", optional: true },
    ],
  },
  lead_score: {
    group: "act",
    icon: <StarOutlined />,
    exits: next,
    start: { points: 10 },
    fields: [{ name: "points", kind: "number" }],
  },
  assign_owner: {
    group: "act",
    icon: <UserSwitchOutlined />,
    exits: next,
    start: {},
    fields: [{ name: "staff", kind: "staff", optional: true }],
  },
  enter_journey: {
    group: "act",
    icon: <LoginOutlined />,
    advanced: true,
    exits: next,
    start: {},
    fields: [{ name: "journey_id", kind: "journey" }],
  },
  leave_journey: {
    group: "act",
    icon: <LogoutOutlined />,
    advanced: true,
    exits: next,
    start: {},
    fields: [{ name: "journey_id", kind: "journey" }],
  },
};
