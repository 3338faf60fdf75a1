import { Form, Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { AdvertLabel } from "@/shared/components/advert-label";
import { FilesField, type StoredFile } from "@/shared/components/files-field";
import { byteLength } from "@/shared/format/format";
import limits from "@/shared/limits/platform-limits.json";
import type { MomentValues } from "./moment-values";

const [characters, bytes] = [limits.momentCharacters.value, limits.momentBytes.value];
const titleBytes = limits.momentLinkTitleBytes.value;
function LinkFields() {
  const { t } = useTranslation();
  const required = (label: string) => ({ required: true, message: t("common.required", { label }) });
  const short = (_: unknown, value = "") =>
    byteLength(value) <= titleBytes
      ? Promise.resolve()
      : Promise.reject(new Error(t("broadcasts.form.long", { max: titleBytes })));
  return (
    <>
      <Form.Item
        name={["link", "url"]}
        label={t("moments.form.linkUrl")}
        rules={[required(t("moments.form.linkUrl")), { type: "url", message: t("sources.form.linkUrlBad") }]}
      >
        <Input maxLength={2048} inputMode="url" placeholder="https://" />
      </Form.Item>
      <Form.Item
        name={["link", "title"]}
        label={t("moments.form.linkTitle")}
        rules={[required(t("moments.form.linkTitle")), { validator: short }]}
      >
        <Input />
      </Form.Item>
      <Form.Item
        name={["link", "cover"]}
        label={t("moments.form.cover")}
        required
        rules={[
          {
            validator: (_, files: StoredFile[] = []) =>
              files.length > 0
                ? Promise.resolve()
                : Promise.reject(new Error(t("common.required", { label: t("moments.form.cover") }))),
          },
        ]}
      >
        <FilesField kinds={["image"]} most={1} />
      </Form.Item>
    </>
  );
}

/** The text, and beside it pictures or one link: both the platform does not take. */
export function ContentFields() {
  const { t } = useTranslation();
  const beside = Form.useWatch<MomentValues["beside"]>("beside") ?? "pictures";
  const kind = Form.useWatch<MomentValues["kind"]>("kind");
  const options = (["pictures", "link"] as const).map((value) => ({
    value,
    label: t(`moments.form.beside.${value}`),
  }));
  return (
    <>
      <Form.Item
        name="text"
        label={t("moments.form.text")}
        rules={[
          {
            validator: (_, value: string = "") =>
              byteLength(value) <= bytes
                ? Promise.resolve()
                : Promise.reject(new Error(t("broadcasts.form.long", { max: bytes }))),
          },
        ]}
      >
        <Input.TextArea rows={6} maxLength={characters} showCount />
      </Form.Item>
      {kind === "ad" && <AdvertLabel fields={beside === "link" ? ["text", ["link", "title"]] : ["text"]} />}
      <Form.Item name="beside" label={t("moments.form.besideLabel")}>
        <Segmented options={options} />
      </Form.Item>
      {beside === "link" ? (
        <LinkFields />
      ) : (
        <Form.Item name="files" label={t("moments.form.pictures", { max: limits.momentImages.value })}>
          <FilesField kinds={["image"]} most={limits.momentImages.value} />
        </Form.Item>
      )}
    </>
  );
}
