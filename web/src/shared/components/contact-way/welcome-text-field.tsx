import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { byteLength, formatNumber } from "@/shared/format/format";
import limits from "@/shared/limits/platform-limits.json";
import styles from "./contact-way.module.css";

const max = limits.welcomeTextBytes.value;

/** The platform counts bytes, not characters; so does the counter. */
export function WelcomeTextField() {
  const { t } = useTranslation();
  const text = Form.useWatch<string | undefined>(["welcome", "text"]) ?? "";
  const used = byteLength(text);
  const over = used > max;
  const tooLong = t("sources.form.tooLong", { count: used - max });
  return (
    <Form.Item
      name={["welcome", "text"]}
      label={t("sources.form.welcome")}
      extra={
        <>
          <span className={`${styles.counter} tabular ${over ? styles.over : ""}`}>
            {t("sources.form.bytes", { used: formatNumber(used), max: formatNumber(max) })}
          </span>
          {t("sources.form.welcomeHint", { seconds: limits.welcomeSeconds.value })}
        </>
      }
      rules={[
        {
          validator: (_, value: string = "") =>
            byteLength(value) > max ? Promise.reject(new Error(tooLong)) : Promise.resolve(),
        },
      ]}
    >
      <Input.TextArea
        autoSize={{ minRows: 4, maxRows: 12 }}
        placeholder={t("sources.form.textPlaceholder")}
      />
    </Form.Item>
  );
}
