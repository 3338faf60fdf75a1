import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { byteLength } from "@/shared/format/format";
import limits from "@/shared/limits/platform-limits.json";
import styles from "./contact-way.module.css";

const webAddress = /^https?:\/\/[^\s/]+/i;

/** Fields of one link card, inside the list of attachments. */
export function LinkFields({ index }: { index: number }) {
  const { t } = useTranslation();
  const atMost = (max: number) => (_: unknown, value?: string) =>
    byteLength(value ?? "") <= max
      ? Promise.resolve()
      : Promise.reject(new Error(t("sources.form.tooLong", { count: byteLength(value ?? "") - max })));
  return (
    <>
      <div className={styles.twin}>
        <Form.Item
          name={[index, "title"]}
          label={t("sources.form.linkTitle")}
          rules={[
            { required: true, message: t("common.required", { label: t("sources.form.linkTitle") }) },
            { validator: atMost(limits.linkTitleBytes.value) },
          ]}
        >
          <Input />
        </Form.Item>
        <Form.Item
          name={[index, "url"]}
          label={t("sources.form.linkUrl")}
          rules={[{ required: true, pattern: webAddress, message: t("sources.form.linkUrlBad") }]}
        >
          <Input inputMode="url" placeholder="https://" />
        </Form.Item>
      </div>
      <div className={styles.twin}>
        <Form.Item
          name={[index, "desc"]}
          label={`${t("sources.form.linkDesc")} (${t("form.optional")})`}
          rules={[{ validator: atMost(limits.linkDescBytes.value) }]}
        >
          <Input />
        </Form.Item>
        <Form.Item
          name={[index, "picurl"]}
          label={`${t("sources.form.linkPicture")} (${t("form.optional")})`}
          rules={[{ pattern: webAddress, message: t("sources.form.linkUrlBad") }]}
        >
          <Input inputMode="url" placeholder="https://" />
        </Form.Item>
      </div>
    </>
  );
}
