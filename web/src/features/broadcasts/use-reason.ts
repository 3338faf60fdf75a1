import { useTranslation } from "react-i18next";
import { useErrorText } from "@/shared/hooks/use-error-text";

/** Why somebody gets nothing, in words: a reason of broadcasts, else of policy or the platform. */
export function useReason(): (reason: string) => string {
  const { t, i18n } = useTranslation();
  const errorText = useErrorText();
  return (reason) =>
    i18n.exists(`broadcasts.reason.${reason}`)
      ? t(`broadcasts.reason.${reason as "unreachable"}`)
      : errorText({ code: reason, params: {} }).title;
}
