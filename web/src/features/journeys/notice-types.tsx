/** Types of nodes that send: templates, customer service, and what members are told. */
import { CustomerServiceOutlined, MobileOutlined, NotificationOutlined } from "@ant-design/icons";
import type { NodeType } from "./node-types";

export const noticeTypes: Record<string, NodeType> = {
  send_template: {
    group: "send",
    icon: <NotificationOutlined />,
    delivery: "automatic",
    exits: ["next"],
    start: { values: {}, valid_seconds: 86_400 },
    fields: [
      { name: "account_id", kind: "account", clears: ["template_id", "values"] },
      { name: "template_id", kind: "template", clears: ["values"] },
      { name: "values", kind: "template-values" },
      { name: "url", kind: "text", optional: true },
      { name: "campaign_id", kind: "campaign", optional: true },
      { name: "valid_seconds", kind: "duration" },
    ],
  },
  send_kf_message: {
    group: "send",
    icon: <CustomerServiceOutlined />,
    delivery: "automatic",
    exits: ["next"],
    start: { text: "", valid_seconds: 86_400 },
    fields: [
      { name: "account_id", kind: "corp" },
      { name: "text", kind: "long-text" },
      { name: "campaign_id", kind: "campaign", optional: true },
      { name: "advert", kind: "boolean", optional: true },
      { name: "valid_seconds", kind: "duration" },
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
