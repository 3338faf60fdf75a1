import { useTranslation } from "react-i18next";

/** What acts and kinds of objects are called; what has no word yet stands as it is. */
export function useAuditWords() {
  const { t, i18n } = useTranslation();
  return {
    actName: (act: string) => (i18n.exists(`audit.act.${act}`) ? t(`audit.act.${act as "signed_in"}`) : act),
    kindName: (kind: string) =>
      i18n.exists(`audit.object.${kind}`) ? t(`audit.object.${kind as "user"}`) : kind,
  };
}
