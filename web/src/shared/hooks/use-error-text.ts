import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";

export interface ErrorText {
  title: string;
  fix: string;
  traceId: string;
}

/** What went wrong and what to do, in the reader's language. */
export function useErrorText(): (error: unknown) => ErrorText {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error) => {
      const { code, params, traceId } = toApiError(error);
      const known = i18n.exists(`error.${code}.title`) ? code : "internal";
      const title = t(`error.${known as "internal"}.title`, params);
      const fix = t(`error.${known as "internal"}.fix`, { reason: "", ...params });
      return { title, fix, traceId };
    },
    [t, i18n],
  );
}
