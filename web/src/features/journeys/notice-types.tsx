/** Types of nodes that send in a form which the platform has approved. */
import { NotificationOutlined } from "@ant-design/icons";
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
};
