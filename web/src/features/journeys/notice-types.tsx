/** Types of nodes that send: templates, customer service, and what members are told. */
import {
  BellOutlined,
  CustomerServiceOutlined,
  MobileOutlined,
  NotificationOutlined,
  UsergroupAddOutlined,
} from "@ant-design/icons";
import type { NodeType } from "./node-types";

const onTemplate: Pick<NodeType, "start" | "fields"> = {
  start: { values: {}, valid_seconds: 86_400 },
  fields: [
    { name: "account_id", kind: "account", clears: ["template_id", "values"] },
    { name: "template_id", kind: "template", clears: ["values"] },
    { name: "values", kind: "template-values" },
    { name: "url", kind: "text", optional: true },
    { name: "campaign_id", kind: "campaign", optional: true },
    { name: "valid_seconds", kind: "duration" },
  ],
};

export const noticeTypes: Record<string, NodeType> = {
  send_template: {
    group: "send",
    icon: <NotificationOutlined />,
    delivery: "automatic",
    exits: ["next"],
    start: onTemplate.start,
    fields: onTemplate.fields,
  },
  send_notice: {
    group: "send",
    icon: <BellOutlined />,
    delivery: "automatic",
    exits: ["next"],
    start: onTemplate.start,
    fields: onTemplate.fields,
  },
  send_kf_message: {
    group: "send",
    icon: <CustomerServiceOutlined />,
    delivery: "automatic",
    exits: ["next"],
    start: { text: "", valid_seconds: 86_400 },
    fields: [
      { name: "account_id", kind: "corp" },
      { name: "attachment", kind: "kf-attachment", clears: ["text"] },
      { name: "text", kind: "long-text", when: ({ attachment }) => !attachment },
      { name: "campaign_id", kind: "campaign", optional: true },
      { name: "advert", kind: "boolean", optional: true },
      { name: "valid_seconds", kind: "duration" },
    ],
  },
  invite_to_group: {
    group: "send",
    icon: <UsergroupAddOutlined />,
    exits: ["joined", "otherwise"],
    start: { by: "confirmed", text: "", within_seconds: 259_200 },
    fields: [
      { name: "by", kind: "invite-by", clears: ["account_id", "priority"] },
      { name: "account_id", kind: "invite-account" },
      { name: "code", kind: "join-way" },
      { name: "text", kind: "long-text" },
      { name: "within_seconds", kind: "duration" },
      { name: "campaign_id", kind: "campaign", optional: true },
      { name: "advert", kind: "boolean", optional: true },
      { name: "priority", kind: "priority", optional: true, when: ({ by }) => by === "confirmed" },
    ],
  },
  notify_staff: {
    group: "send",
    icon: <MobileOutlined />,
    delivery: "automatic",
    exits: ["next"],
    start: { text: "" },
    fields: [
      { name: "account_id", kind: "corp" },
      { name: "text", kind: "long-text" },
      { name: "staff", kind: "staff", optional: true },
      { name: "instead", kind: "staff", optional: true },
    ],
  },
};
