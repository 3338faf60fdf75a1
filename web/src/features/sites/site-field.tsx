import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSites } from "./use-sites";

/** The site that something belongs to. */
export function SiteField() {
  const { t } = useTranslation();
  const { data, isPending } = useSites();
  const label = t("sites.one");
  return (
    <Form.Item
      name="account_id"
      label={label}
      rules={[{ required: true, message: t("common.required", { label }) }]}
    >
      <Select
        loading={isPending}
        options={(data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Form.Item>
  );
}
