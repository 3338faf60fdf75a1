import { useTranslation } from "react-i18next";

/** The name of a type of node. */
export function useTypeLabel(): (type: string) => string {
  const { t, i18n } = useTranslation();
  return (type) =>
    i18n.exists(`journeyNodes.type.${type}`) ? t(`journeyNodes.type.${type as "delay"}`) : type;
}

/** What an event of a kind is. */
export function useEventLabel(): (kind: string) => string {
  const { t, i18n } = useTranslation();
  return (kind) => (i18n.exists(`letters.event.${kind}`) ? t(`letters.event.${kind as "Tracked"}`) : kind);
}
