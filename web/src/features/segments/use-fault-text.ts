import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { RuleFault, TermInfo } from "@/api/types";
import { useWords } from "./use-words";

/** What is wrong, in the reader's language; what has no words of its own is a setting that is missing or no value. */
export function useFaultText(): (fault: RuleFault, term?: TermInfo) => string {
  const { t, i18n } = useTranslation();
  const words = useWords();
  return useCallback(
    ({ code, field }, term) => {
      if (i18n.exists(`segments.fault.${code}`)) return t(`segments.fault.${code as "field_unknown"}`);
      const setting = term?.settings.find(({ name }) => field.startsWith(name));
      return t("segments.fault.form", { name: setting ? words(setting.words) : t("segments.value") });
    },
    [t, i18n, words],
  );
}
