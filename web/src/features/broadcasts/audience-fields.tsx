import { Form, Input, InputNumber, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { BroadcastInput } from "@/api/types";
import { SegmentSelect } from "@/shared/components/segment-select";
import type { BroadcastValues } from "./broadcast-values";

function SegmentField() {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="segment_id"
      label={t("broadcasts.form.segment")}
      rules={[{ required: true, message: t("common.required", { label: t("broadcasts.form.segment") }) }]}
    >
      <SegmentSelect />
    </Form.Item>
  );
}

/** To whom: contacts as their list filters them; of an official account also whom the platform knows. */
export function AudienceFields({ kind }: { kind: BroadcastInput["kind"] }) {
  const { t } = useTranslation();
  const audience: BroadcastValues["audience"] = Form.useWatch("audience") ?? "persons";
  return (
    <>
      <Form.Item
        name="audience"
        label={t("broadcasts.form.audience")}
        extra={t(
          `broadcasts.audience.${kind === "mass_task" && audience === "persons" ? "customers" : audience}`,
        )}
      >
        <Segmented
          options={(kind === "account_mass"
            ? (["persons", "segment", "followers", "tag"] as const)
            : (["persons", "segment"] as const)
          ).map((value) => ({ value, label: t(`broadcasts.audience.name.${value}`) }))}
        />
      </Form.Item>
      {audience === "persons" && (
        <>
          <Form.Item
            name="search"
            label={t("broadcasts.form.search")}
            extra={t("broadcasts.form.searchHint")}
          >
            <Input maxLength={100} allowClear />
          </Form.Item>
          <Form.Item name="state_code" label={t("broadcasts.form.stateCode")}>
            <Input maxLength={64} allowClear />
          </Form.Item>
        </>
      )}
      {audience === "segment" && <SegmentField />}
      {audience === "tag" && (
        <Form.Item
          name="tag_id"
          label={t("broadcasts.form.tag")}
          rules={[{ required: true, message: t("common.required", { label: t("broadcasts.form.tag") }) }]}
        >
          <InputNumber min={1} />
        </Form.Item>
      )}
    </>
  );
}
