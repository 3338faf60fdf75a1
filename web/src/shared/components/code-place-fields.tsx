import { Form, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";

/** What the form holds for 日常: no campaign, chosen on purpose. */
export const everyday = 0;

interface Placed {
  campaign_id?: number | null;
  mechanism?: "" | "take_away" | "name_card";
}

/** A code's place as the form holds it; a new code has none until somebody chooses. */
export function placeValues(code: Placed | null): Placed {
  if (code === null) return { mechanism: "" };
  return { campaign_id: code.campaign_id ?? everyday, mechanism: code.mechanism ?? "" };
}

/** The place as the API takes it: 日常 is null. */
export function placeBody({ campaign_id, mechanism }: Placed) {
  return { campaign_id: campaign_id || null, mechanism: mechanism ?? "" };
}

/** The campaign of a code, or of what `hint` says, or 日常 on purpose. */
export function CampaignField({ hint }: { hint?: string }) {
  const { t } = useTranslation();
  const { data, isPending } = $api.useQuery("get", "/api/campaigns/names", {});
  const chosen = Form.useWatch<number | undefined>("campaign_id");
  const options = (data ?? [])
    .filter(({ id, archived }) => !archived || id === chosen)
    .map(({ id, name }) => ({ value: id, label: name }));
  const label = t("campaigns.one");
  return (
    <Form.Item
      name="campaign_id"
      label={label}
      extra={hint ?? t("campaigns.place.hint")}
      rules={[{ required: true, message: t("common.required", { label }) }]}
    >
      <Select
        loading={isPending}
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("campaigns.place.choose")}
        options={[{ value: everyday, label: t("campaigns.everyday") }, ...options]}
      />
    </Form.Item>
  );
}

/** Where a code belongs and how it is offered: nothing goes out without a campaign or 日常. */
export function CodePlaceFields() {
  const { t } = useTranslation();
  return (
    <>
      <CampaignField />
      <Form.Item
        name="mechanism"
        label={t("campaigns.mechanism.label")}
        extra={t("campaigns.mechanism.hint")}
      >
        <Radio.Group
          options={[
            { value: "take_away", label: t("campaigns.mechanism.take_away") },
            { value: "name_card", label: t("campaigns.mechanism.name_card") },
            { value: "", label: t("campaigns.mechanism.none") },
          ]}
        />
      </Form.Item>
    </>
  );
}
