import type { FormInstance } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/errors";

type Path = (string | number)[];

function toPath(path: string): Path {
  return path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Puts what the server found wrong beside the fields; answers whether every complaint found its field. */
export function useFieldErrors<Values>(form: FormInstance<Values>): (error: ApiError) => boolean {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error) => {
      if (error.errors.length === 0) return false;
      let shown = 0;
      for (const { path, code, params } of error.errors) {
        const name = toPath(path);
        if (form.getFieldInstance(name as never) === undefined) continue;
        const known = i18n.exists(`field.${code}`) ? code : "other";
        form.setFields([{ name: name as never, errors: [t(`field.${known as "other"}`, params)] }]);
        shown += 1;
      }
      return shown === error.errors.length;
    },
    [form, t, i18n],
  );
}
