import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { nodeTypes } from "./node-types";

/** Whether what a type of node sends arrives by itself, or a member confirms it first; nothing beside other types. */
export function DeliveryTag({ type }: { type: string }) {
  const { t } = useTranslation();
  const delivery = nodeTypes[type]?.delivery;
  if (!delivery) return null;
  return (
    <Tag color={delivery === "confirmed" ? "warning" : "success"}>
      {t(`journeyNodes.delivery.${delivery}`)}
    </Tag>
  );
}
