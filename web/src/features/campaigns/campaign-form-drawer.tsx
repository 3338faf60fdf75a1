import { App, Form, Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { Campaign, CampaignInput } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { campaignKinds, useCreateCampaign, useUpdateCampaign } from "./use-campaigns";

interface Props {
  campaign: Campaign | null;
  onClose(): void;
}

const longestGoal = 200;

/** Makes a campaign or changes it: what it is, when it is, what it shall bring. */
export function CampaignFormDrawer({ campaign, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<CampaignInput>();
  const create = useCreateCampaign();
  const update = useUpdateCampaign();

  const save = async (values: CampaignInput) => {
    const body = { ...values, starts_on: values.starts_on || null, ends_on: values.ends_on || null };
    if (campaign) await update.mutateAsync({ params: { path: { campaign_id: campaign.id } }, body });
    else await create.mutateAsync({ body });
    message.success(t("campaigns.form.saved"));
  };
  const required = (label: string) => ({ required: true, message: t("common.required", { label }) });
  const name = t("campaigns.column.name");
  const kind = t("campaigns.column.kind");
  return (
    <FormDrawer<CampaignInput>
      title={t(campaign ? "campaigns.form.edit" : "campaigns.form.create")}
      form={form}
      initialValues={campaign ?? { goal: "" }}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item name="name" label={name} rules={[{ ...required(name), whitespace: true }]}>
        <Input maxLength={100} placeholder={t("campaigns.form.namePlaceholder")} autoFocus />
      </Form.Item>
      <Form.Item name="kind" label={kind} rules={[required(kind)]}>
        <Select
          placeholder={t("campaigns.form.kindPlaceholder")}
          options={campaignKinds.map((value) => ({ value, label: t(`campaigns.kind.${value}`) }))}
        />
      </Form.Item>
      <Space size={16}>
        <Form.Item name="starts_on" label={t("campaigns.form.startsOn")}>
          <Input type="date" style={{ width: 200 }} />
        </Form.Item>
        <Form.Item name="ends_on" label={t("campaigns.form.endsOn")}>
          <Input type="date" style={{ width: 200 }} />
        </Form.Item>
      </Space>
      <Form.Item name="goal" label={t("campaigns.form.goal")} extra={t("campaigns.form.goalHint")}>
        <Input.TextArea
          rows={2}
          maxLength={longestGoal}
          showCount
          placeholder={t("campaigns.form.goalPlaceholder")}
        />
      </Form.Item>
    </FormDrawer>
  );
}
