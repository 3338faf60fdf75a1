import { useTranslation } from "react-i18next";
import { useErrorWord } from "@/shared/hooks/use-error-word";

/** Why somebody gets nothing, in words: a reason of broadcasts, else of policy or the platform. */
export function useReason(): (reason: string) => string {
  const { t, i18n } = useTranslation();
  const errorWord = useErrorWord();
  return (reason) =>
    i18n.exists(`broadcasts.reason.${reason}`)
      ? t(`broadcasts.reason.${reason as "unreachable"}`)
      : errorWord(reason);
}
