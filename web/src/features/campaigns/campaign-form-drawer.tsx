import { App, Form, Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { Campaign, CampaignInput, VideoChannel } from "@/api/types";
import { DayPicker } from "@/shared/components/beijing-picker";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useVideoChannels } from "@/shared/hooks/use-video-channels";
import { campaignKinds, useCreateCampaign, useUpdateCampaign } from "./use-campaigns";

interface Props {
  campaign: Campaign | null;
  onClose(): void;
}

const longestGoal = 200;

/** A place that was removed since stays with its campaign. */
function optionsOf(places: VideoChannel[], campaign: Campaign | null) {
  const options = places.map(({ id, name }) => ({ value: id, label: name }));
  const { video_channel_id: id = null, video_channel: name = null } = campaign ?? {};
  const isGone = id !== null && !places.some((place) => place.id === id);
  return isGone ? [...options, { value: id, label: name ?? String(id) }] : options;
}

/** Makes a campaign or changes it: what it is, when it is, what it shall bring. */
export function CampaignFormDrawer({ campaign, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<CampaignInput>();
  const create = useCreateCampaign();
  const update = useUpdateCampaign();
  const places = useVideoChannels().data ?? [];

  const save = async (values: CampaignInput) => {
    const body = {
      ...values,
      starts_on: values.starts_on || null,
      ends_on: values.ends_on || null,
      video_channel_id: values.video_channel_id ?? null,
    };
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
          <DayPicker style={{ width: 200 }} />
        </Form.Item>
        <Form.Item name="ends_on" label={t("campaigns.form.endsOn")}>
          <DayPicker style={{ width: 200 }} />
        </Form.Item>
      </Space>
      {(places.length > 0 || campaign?.video_channel_id) && (
        <Form.Item
          name="video_channel_id"
          label={t("campaigns.form.videoChannel")}
          extra={t("campaigns.form.videoChannelHint")}
        >
          <Select allowClear options={optionsOf(places, campaign)} />
        </Form.Item>
      )}
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
