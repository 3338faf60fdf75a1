import type { FormInstance } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/errors";
import { useErrorText } from "./use-error-text";

type Path = (string | number)[];

/** `welcome.attachments.0.link.url` without the kind that the server's validation puts behind the index. */
export function toFieldPath(path: string): Path {
  const parts = path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return parts.filter(
    (part, index) => !(typeof parts[index - 1] === "number" && /^(link|image|file)$/.test(String(part))),
  );
}

interface Complaint {
  name: Path;
  text: string;
}

/** Puts what the server found wrong beside the fields; answers whether every complaint found its field. */
export function useFieldErrors<Values>(form: FormInstance<Values>): (error: ApiError) => boolean {
  const { t, i18n } = useTranslation();
  const errorText = useErrorText();
  return useCallback(
    (error) => {
      const complaints: Complaint[] = error.errors.map(({ path, code, params }) => {
        const known = i18n.exists(`field.${code}`) ? code : "other";
        return { name: toFieldPath(path), text: t(`field.${known as "other"}`, params) };
      });
      if (typeof error.params.field === "string") {
        const { title, fix } = errorText(error);
        complaints.push({ name: toFieldPath(error.params.field), text: `${title} ${fix}` });
      }
      const fields = new Set(form.getFieldsError().map(({ name }) => name.join(".")));
      const shown = complaints.filter(({ name }) => fields.has(name.join(".")));
      form.setFields(shown.map(({ name, text }) => ({ name: name as never, errors: [text] })));
      return complaints.length > 0 && shown.length === complaints.length;
    },
    [form, t, i18n, errorText],
  );
}
