import { useTranslation } from "react-i18next";
import type { AuditItem } from "@/api/types";
import { formatBytes } from "@/shared/format/format";

/** What an act was about, in words: `Expo · Changed: secret, name`. What has no word yet stands as it came. */
export function useDetailText(): (item: Pick<AuditItem, "act" | "detail" | "object_name">) => string {
  const { t, i18n } = useTranslation();
  const fieldName = (key: string) =>
    i18n.exists(`audit.field.${key}`) ? t(`audit.field.${key as "fields"}`) : key;
  const valueName = (value: string) =>
    i18n.exists(`audit.value.${value}`) ? t(`audit.value.${value as "done"}`) : value;
  const textOf = (key: string, value: unknown): string => {
    if (Array.isArray(value)) return value.map((one) => textOf(key, one)).join(", ");
    if (key === "size") return formatBytes(Number(value));
    return typeof value === "object" ? JSON.stringify(value) : valueName(String(value));
  };
  /** What was changed to what. */
  const changeOf = (key: string, [before, after]: unknown[]) =>
    `${textOf(key, before)} → ${textOf(key, after)}`;
  return ({ act, detail, object_name }) =>
    Object.entries(detail)
      .filter(([key, value]) => value !== null && !(key === "name" && value === object_name))
      .map(([key, value]) => {
        if (key === "name") return String(value);
        const isChange = act === "contact_rules_changed" && Array.isArray(value);
        return `${fieldName(key)}: ${isChange ? changeOf(key, value) : textOf(key, value)}`;
      })
      .join(" · ");
}
