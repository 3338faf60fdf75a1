import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "@/api/types";

export interface FailureWords {
  cause: string;
  fix: string;
  errcode: number | null;
}

/** The words of a stored failure; known platform numbers have words of their own. */
export function useFailureText(): (failure: Failure) => FailureWords {
  const { t, i18n } = useTranslation();
  return useCallback(
    ({ code, params }) => {
      const errcode = Number(params.errcode ?? 0) || null;
      if (errcode !== null && i18n.exists(`errcode.${errcode}.cause`)) {
        const known = errcode as 40001;
        return { cause: t(`errcode.${known}.cause`), fix: t(`errcode.${known}.fix`), errcode };
      }
      const known = (i18n.exists(`error.${code}.title`) ? code : "platform") as "platform";
      const fix = t(`error.${known}.fix`, { reason: "", ...params });
      return { cause: t(`error.${known}.title`, params), fix, errcode };
    },
    [t, i18n],
  );
}
