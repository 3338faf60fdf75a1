import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { byteLength, formatNumber } from "@/shared/format/format";
import limits from "@/shared/limits/platform-limits.json";
import styles from "./official-accounts.module.css";

const max = limits.serviceTextBytes.value;

interface Props {
  name: string | (string | number)[];
  label: string;
  hint: string;
  placeholder?: string;
}

/** A text message of an official account; the platform counts bytes, not characters. */
export function MessageField({ name, label, hint, placeholder }: Props) {
  const { t } = useTranslation();
  const used = byteLength(Form.useWatch<string | undefined>(name) ?? "");
  const over = used > max;
  const tooLong = t("sources.form.tooLong", { count: used - max });
  return (
    <Form.Item
      name={name}
      label={label}
      extra={
        <>
          <span className={`${styles.counter} tabular ${over ? styles.over : ""}`}>
            {t("sources.form.bytes", { used: formatNumber(used), max: formatNumber(max) })}
          </span>
          {hint}
        </>
      }
      rules={[
        {
          validator: (_, value: string = "") =>
            byteLength(value) > max ? Promise.reject(new Error(tooLong)) : Promise.resolve(),
        },
      ]}
    >
      <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} placeholder={placeholder} />
    </Form.Item>
  );
}
