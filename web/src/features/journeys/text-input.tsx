import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useAttributes } from "./attribute-inputs";
import { leadFields, personFields } from "./conditions";
import type { Draft } from "./draft";
import styles from "./editor.module.css";
import type { InputProps } from "./field-inputs";
import { FieldSelect } from "./field-select";
import { fieldsOf } from "./list-inputs";

interface InsertProps {
  /** Of the input that holds the text. */
  id: string;
  text: string;
  draft: Draft;
  onChange(text: string): void;
}

/** Puts a variable into a text where the cursor is. */
export function InsertVariable({ id, text, draft, onChange }: InsertProps) {
  const { t } = useTranslation();
  const attributes = useAttributes().map(({ key }) => `attribute.${key}`);
  const putIn = (field: string) => {
    const input = document.getElementById(id);
    const isText = input instanceof HTMLTextAreaElement || input instanceof HTMLInputElement;
    const at = (isText ? input.selectionStart : null) ?? text.length;
    onChange(`${text.slice(0, at)}{{${field}}}${text.slice(at)}`);
  };
  return (
    <FieldSelect
      label={t("journeyNodes.insertVariable")}
      value=""
      className={styles.insert}
      offered={[...fieldsOf(draft), ...personFields, ...leadFields, ...attributes]}
      onChange={putIn}
    />
  );
}

/** A text with variables. */
export function LongTextInput({ id, value, onChange, draft }: InputProps) {
  const { t } = useTranslation();
  const text = String(value ?? "");
  return (
    <>
      <Input.TextArea
        id={id}
        rows={4}
        maxLength={4_000}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      {/* What is wrong with the text is not wrong with this. */}
      <Form.Item noStyle validateStatus="">
        <InsertVariable id={id} text={text} draft={draft} onChange={onChange} />
      </Form.Item>
      {text.includes("{{") && (
        <div className={styles.quiet}>
          {t("journeyNodes.variableHint", { form: `{{person.name|${t("journeyNodes.friend")}}}` })}
        </div>
      )}
    </>
  );
}
