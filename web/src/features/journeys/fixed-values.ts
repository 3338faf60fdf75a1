/** Fields that have a few values only, which are chosen and shown in words. */
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";

const kinds = ["external_contact", "follower", "phone", "email", "unionid", "site_user", "visitor"] as const;
const stages = ["lead", "mql", "accepted", "sql", "opportunity", "won", "lost"] as const;
/** Of LeadAdvanced, the only event with these, and of the lead itself. */
const stageField = /^(lead\.stage|(event|answer)\.(to|from))$/;

interface Offer {
  value: string;
  label: string;
}

export function useFixedValues() {
  const { t } = useTranslation();
  const attributes = $api.useQuery("get", "/api/attributes", {}).data ?? [];
  const ofStage = () => stages.map((value) => ({ value, label: t(`leads.stage.${value}`) }));
  const offered = (field: string): Offer[] => {
    if (field === "person.kinds") return kinds.map((value) => ({ value, label: t(`persons.kind.${value}`) }));
    if (stageField.test(field)) return ofStage();
    const choices = attributes.find(({ key }) => field === `attribute.${key}`)?.choices ?? [];
    return choices.map((value) => ({ value, label: value }));
  };
  const word = (field: string, value: unknown) =>
    offered(field).find((each) => each.value === value)?.label ?? String(value);
  return { offered, word };
}
