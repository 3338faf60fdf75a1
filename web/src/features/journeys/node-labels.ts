import { useTranslation } from "react-i18next";

/** The name of a type of node. */
export function useTypeLabel(): (type: string) => string {
  const { t, i18n } = useTranslation();
  return (type) =>
    i18n.exists(`journeyNodes.type.${type}`) ? t(`journeyNodes.type.${type as "delay"}`) : type;
}
