import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { BroadcastInput } from "@/api/types";
import { FilesField } from "@/shared/components/files-field";
import { byteLength } from "@/shared/format/format";

/** WeCom takes nine attachments; one may be the link. */
const mostFiles = 8;
const mostBytes = { mass_task: 4000, service: 2048, account_mass: 2048 };

function DraftSelect() {
  const { t } = useTranslation();
  const account = Form.useWatch<number | undefined>("account_id");
  const found = $api.useQuery("get", "/api/articles", { params: { query: { size: 100 } } }).data?.items ?? [];
  const drafts = found.filter((each) => each.kind === "draft" && each.account_id === account);
  return (
    <Form.Item
      name="article_id"
      label={t("broadcasts.form.article")}
      extra={t("broadcasts.form.articleHint")}
    >
      <Select allowClear options={drafts.map(({ id, title }) => ({ value: id, label: title }))} />
    </Form.Item>
  );
}

/** What is said: only what the platform takes in this way. */
export function ContentFields({ kind }: { kind: BroadcastInput["kind"] }) {
  const { t } = useTranslation();
  const most = mostBytes[kind];
  return (
    <>
      <Form.Item
        name="text"
        label={t("broadcasts.form.text")}
        extra={t(`broadcasts.form.textHint.${kind}`)}
        rules={[
          {
            validator: (_, value: string = "") =>
              byteLength(value) <= most
                ? Promise.resolve()
                : Promise.reject(new Error(t("broadcasts.form.long", { max: most }))),
          },
        ]}
      >
        <Input.TextArea rows={5} />
      </Form.Item>
      {kind === "account_mass" ? (
        <DraftSelect />
      ) : (
        <>
          {kind === "mass_task" && (
            <Form.Item name="files" label={t("broadcasts.form.files")}>
              <FilesField kinds={["image", "file"]} most={mostFiles} />
            </Form.Item>
          )}
          <Form.Item name={["link", "title"]} label={t("broadcasts.form.linkTitle")}>
            <Input maxLength={128} />
          </Form.Item>
          <Form.Item
            name={["link", "url"]}
            label={t("broadcasts.form.linkUrl")}
            rules={[{ type: "url", message: t("sources.form.linkUrlBad") }]}
          >
            <Input maxLength={2048} inputMode="url" placeholder="https://" />
          </Form.Item>
          <Form.Item name={["link", "desc"]} label={t("broadcasts.form.linkDesc")}>
            <Input maxLength={512} />
          </Form.Item>
        </>
      )}
    </>
  );
}
