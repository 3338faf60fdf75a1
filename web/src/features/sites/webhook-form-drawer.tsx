import { App, Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { NewWebhook, Webhook } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { SiteField } from "./site-field";
import { useCreateWebhook, useSites, useUpdateWebhook } from "./use-sites";
import { choiceGroups, toChoices, toWanted } from "./wanted";

interface Values {
  account_id: number;
  name: string;
  url: string;
  choices: string[];
  with_person: boolean;
}

interface Props {
  webhook: Webhook | null;
  onMade(made: NewWebhook): void;
  onClose(): void;
}

export function WebhookFormDrawer({ webhook, onMade, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const sites = useSites();
  const create = useCreateWebhook();
  const update = useUpdateWebhook();
  const save = async ({ account_id, choices, ...values }: Values) => {
    const body = { ...values, wanted: toWanted(choices) };
    if (webhook) {
      await update.mutateAsync({ params: { path: { webhook_id: webhook.id } }, body });
      message.success(t("sites.saved"));
    } else onMade(await create.mutateAsync({ body: { ...body, account_id } }));
  };
  const required = (label: string) => ({ required: true, message: t("common.required", { label }) });
  const first = sites.data?.length === 1 ? sites.data[0]?.id : undefined;
  return (
    <FormDrawer<Values>
      title={t(webhook ? "sites.hook.edit" : "sites.hook.new")}
      form={form}
      initialValues={
        webhook
          ? { ...webhook, choices: toChoices(webhook.wanted) }
          : { with_person: true, choices: ["LeadAdvanced:sql"], ...(first && { account_id: first }) }
      }
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t("sites.hook.name")}
        rules={[{ ...required(t("sites.hook.name")), whitespace: true }]}
      >
        <Input maxLength={100} placeholder={t("sites.hook.namePlaceholder")} autoFocus />
      </Form.Item>
      {!webhook && <SiteField />}
      <Form.Item
        name="url"
        label={t("sites.hook.url")}
        extra={t("sites.hook.urlHint")}
        rules={[{ ...required(t("sites.hook.url")), whitespace: true }]}
      >
        <Input
          maxLength={1000}
          inputMode="url"
          spellCheck={false}
          placeholder="https://crm.example.com/weloop"
        />
      </Form.Item>
      <Form.Item name="choices" label={t("sites.hook.wanted")} rules={[required(t("sites.hook.wanted"))]}>
        <Select mode="multiple" showSearch={{ optionFilterProp: "label" }} options={choiceGroups(t)} />
      </Form.Item>
      <Form.Item
        name="with_person"
        label={t("sites.hook.person")}
        extra={t("sites.hook.personHint")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
