import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { NodeData } from "./draft";
import { nodeTypes } from "./node-types";

/** Of an invitation it follows from what it goes by. */
export function deliveryOf({ type, by }: Pick<NodeData, "type"> & Partial<NodeData>) {
  if (type === "invite_to_group") return by === "confirmed" ? "confirmed" : "automatic";
  return nodeTypes[type]?.delivery;
}

/** Whether what a node sends arrives by itself, or a member confirms it first; nothing beside other types. */
export function DeliveryTag({ node }: { node: Pick<NodeData, "type"> & Partial<NodeData> }) {
  const { t } = useTranslation();
  const delivery = deliveryOf(node);
  if (!delivery) return null;
  return (
    <Tag color={delivery === "confirmed" ? "warning" : "success"}>
      {t(`journeyNodes.delivery.${delivery}`)}
    </Tag>
  );
}
