import { Form, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { BroadcastInput } from "@/api/types";
import { SegmentSelect } from "@/shared/components/segment-select";
import { formatNumber } from "@/shared/format/format";
import type { BroadcastValues } from "./broadcast-values";
import { PersonsField } from "./persons-field";
import { useAccountTags } from "./use-account-tags";

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

/** By which source they came first. */
function SourceField() {
  const { t } = useTranslation();
  const sources = $api.useQuery("get", "/api/sources", { params: { query: { size: 100 } } });
  return (
    <Form.Item name="state_code" label={t("broadcasts.form.source")}>
      <Select
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        loading={sources.isPending}
        options={(sources.data?.items ?? []).map(({ state_code, name }) => ({
          value: state_code,
          label: name,
        }))}
      />
    </Form.Item>
  );
}

function TagField() {
  const { t } = useTranslation();
  const account: BroadcastValues["account_id"] = Form.useWatch("account_id");
  const { tags, isPending } = useAccountTags(account);
  const label = t("broadcasts.form.tag");
  const check = (_: unknown, chosen?: number) =>
    tags.some(({ number }) => number === chosen)
      ? Promise.resolve()
      : Promise.reject(new Error(t("common.required", { label })));
  return (
    <Form.Item name="tag_id" label={label} required rules={[{ validator: check }]}>
      <Select
        showSearch={{ optionFilterProp: "label" }}
        loading={isPending}
        notFoundContent={t("broadcasts.form.noTags")}
        options={tags.map(({ number, name, persons }) => ({
          value: number,
          label: `${name} · ${t("segments.select.people", { n: formatNumber(persons) })}`,
        }))}
      />
    </Form.Item>
  );
}

/** As many as the server takes. */
const mostListed = 5000;

function ListField() {
  const { t } = useTranslation();
  const label = t("broadcasts.list.label");
  const check = (_: unknown, persons: string[] = []) => {
    if (persons.length === 0) return Promise.reject(new Error(t("common.required", { label })));
    if (persons.length > mostListed)
      return Promise.reject(new Error(t("broadcasts.list.tooMany", { max: mostListed })));
    return Promise.resolve();
  };
  return (
    <Form.Item name="persons" label={label} required rules={[{ validator: check }]}>
      <PersonsField />
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
            ? (["persons", "segment", "list", "followers", "tag"] as const)
            : (["persons", "segment", "list"] as const)
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
          <SourceField />
        </>
      )}
      {audience === "segment" && <SegmentField />}
      {audience === "list" && <ListField />}
      {audience === "tag" && <TagField />}
    </>
  );
}
