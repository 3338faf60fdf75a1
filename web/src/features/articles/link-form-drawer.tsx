import { App, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { ArticleLink } from "@/api/types";
import { CampaignField, placeBody } from "@/shared/components/code-place-fields";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useLinkArticle } from "./use-articles";

const webAddress = /^https?:\/\/[^\s/]+/i;

/** Notes an article by its address, such as one on another account. */
export function LinkFormDrawer({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<ArticleLink>();
  const link = useLinkArticle();
  const save = async ({ title, url, campaign_id }: ArticleLink) => {
    await link.mutateAsync({ body: { title, url, campaign_id: placeBody({ campaign_id }).campaign_id } });
    message.success(t("articles.link.saved"));
  };
  const required = (label: string) => ({ required: true, message: t("common.required", { label }) });
  const name = t("articles.column.title");
  return (
    <FormDrawer<ArticleLink>
      title={t("articles.link.title")}
      form={form}
      initialValues={{}}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item name="title" label={name} rules={[{ ...required(name), whitespace: true }]}>
        <Input maxLength={200} autoFocus />
      </Form.Item>
      <Form.Item
        name="url"
        label={t("articles.link.url")}
        extra={t("articles.link.hint")}
        rules={[{ required: true, pattern: webAddress, message: t("sources.form.linkUrlBad") }]}
      >
        <Input inputMode="url" placeholder="https://mp.weixin.qq.com/s/" />
      </Form.Item>
      <CampaignField />
    </FormDrawer>
  );
}
