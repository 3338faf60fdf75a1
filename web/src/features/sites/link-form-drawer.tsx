import { App, Form, Input, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { ShortLink } from "@/api/types";
import { CampaignField, placeBody, placeValues } from "@/shared/components/code-place-fields";
import { FormDrawer } from "@/shared/components/form-drawer";
import { SiteField } from "./site-field";
import { useCreateLink, useSites, useUpdateLink } from "./use-sites";

interface Values {
  account_id: number;
  name: string;
  target: string;
  slug?: string;
  campaign_id?: number;
  carries_visitor: boolean;
}

/** Makes a short link or changes it; slug and code stay, since they are printed. */
export function LinkFormDrawer({ link, onClose }: { link: ShortLink | null; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const sites = useSites();
  const create = useCreateLink();
  const update = useUpdateLink();
  const save = async ({ account_id, slug, ...values }: Values) => {
    const body = { ...values, campaign_id: placeBody(values).campaign_id };
    if (link) await update.mutateAsync({ params: { path: { link_id: link.id } }, body });
    else
      await create.mutateAsync({ body: { ...body, account_id, ...(slug?.trim() && { slug: slug.trim() }) } });
    message.success(t("sites.saved"));
  };
  const required = (label: string) => ({
    required: true,
    whitespace: true,
    message: t("common.required", { label }),
  });
  const first = sites.data?.length === 1 ? sites.data[0]?.id : undefined;
  return (
    <FormDrawer<Values>
      title={t(link ? "sites.link.edit" : "sites.link.new")}
      form={form}
      initialValues={
        link
          ? { ...link, campaign_id: placeValues(link).campaign_id ?? 0 }
          : { carries_visitor: true, ...(first && { account_id: first }) }
      }
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item name="name" label={t("sites.link.name")} rules={[required(t("sites.link.name"))]}>
        <Input maxLength={100} placeholder={t("sites.link.namePlaceholder")} autoFocus />
      </Form.Item>
      <Form.Item
        name="target"
        label={t("sites.link.target")}
        extra={t("sites.link.targetHint")}
        rules={[required(t("sites.link.target"))]}
      >
        <Input
          maxLength={2000}
          inputMode="url"
          spellCheck={false}
          placeholder="https://www.example.com/case"
        />
      </Form.Item>
      {!link && (
        <>
          <SiteField />
          <Form.Item name="slug" label={t("sites.link.slug")} extra={t("sites.link.slugHint")}>
            <Input maxLength={40} spellCheck={false} addonBefore="/l/" placeholder="expo-2026" />
          </Form.Item>
        </>
      )}
      <CampaignField />
      <Form.Item
        name="carries_visitor"
        label={t("sites.link.carries")}
        extra={t("sites.link.carriesHint")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
