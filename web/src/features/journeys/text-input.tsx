import { Input } from "antd";
import { useTranslation } from "react-i18next";
import { useAttributes } from "./attribute-inputs";
import { leadFields, personFields } from "./conditions";
import styles from "./editor.module.css";
import type { InputProps } from "./field-inputs";
import { FieldSelect } from "./field-select";
import { fieldsOf } from "./list-inputs";

/** A text with variables, which are put in where the cursor is. */
export function LongTextInput({ id, value, onChange, draft }: InputProps) {
  const { t } = useTranslation();
  const attributes = useAttributes().map(({ key }) => `attribute.${key}`);
  const text = String(value ?? "");
  const putIn = (field: string) => {
    const area = document.getElementById(id);
    const at = area instanceof HTMLTextAreaElement ? area.selectionStart : text.length;
    onChange(`${text.slice(0, at)}{{${field}}}${text.slice(at)}`);
  };
  return (
    <>
      <Input.TextArea
        id={id}
        rows={4}
        maxLength={4_000}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      <FieldSelect
        label={t("journeyNodes.insertVariable")}
        value=""
        className={styles.insert}
        offered={[...fieldsOf(draft), ...personFields, ...leadFields, ...attributes]}
        onChange={putIn}
      />
      {text.includes("{{") && (
        <div className={styles.quiet}>
          {t("journeyNodes.variableHint", { form: `{{person.name|${t("journeyNodes.friend")}}}` })}
        </div>
      )}
    </>
  );
}
