import { useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { AttributeInfo, AttributeInput } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";

export const types = ["text", "number", "date", "flag", "choice"] as const;

interface Props {
  attribute: AttributeInfo | null;
  onClose(): void;
}

/** Defines an attribute, or changes its name and choices; key and type stay. */
export function AttributeFormDrawer({ attribute, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<AttributeInput>();
  const settled = { onSuccess: () => invalidateTopic(queries, "attributes") };
  const create = $api.useMutation("post", "/api/attributes", settled);
  const change = $api.useMutation("put", "/api/attributes/{attribute_id}", settled);
  const type = Form.useWatch("type", form) ?? attribute?.type ?? "text";
  const save = async ({ name, key, type: chosen, choices = [] }: AttributeInput) => {
    if (attribute) {
      await change.mutateAsync({
        params: { path: { attribute_id: attribute.id } },
        body: { name, choices: attribute.type === "choice" ? choices : [] },
      });
    } else {
      await create.mutateAsync({
        body: { name, key, type: chosen, choices: chosen === "choice" ? choices : [] },
      });
    }
    message.success(t("attributes.saved"));
  };
  const required = (label: string) => ({ required: true, message: t("common.required", { label }) });
  const name = t("attributes.column.name");
  const key = t("attributes.column.key");
  const choices = t("attributes.choices");
  return (
    <FormDrawer<AttributeInput>
      title={t(attribute ? "attributes.edit" : "attributes.new")}
      form={form}
      initialValues={attribute ? { name: attribute.name, choices: attribute.choices } : { type: "text" }}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item name="name" label={name} rules={[{ ...required(name), whitespace: true }]}>
        <Input maxLength={100} autoFocus />
      </Form.Item>
      {!attribute && (
        <>
          <Form.Item
            name="key"
            label={key}
            extra={t("attributes.keyHint")}
            rules={[required(key), { pattern: /^[a-z][a-z0-9_]{0,39}$/, message: t("attributes.keyShape") }]}
          >
            <Input maxLength={40} placeholder="company_size" />
          </Form.Item>
          <Form.Item name="type" label={t("attributes.column.type")}>
            <Select options={types.map((value) => ({ value, label: t(`attributes.type.${value}`) }))} />
          </Form.Item>
        </>
      )}
      {type === "choice" && (
        <Form.Item
          name="choices"
          label={choices}
          extra={t("attributes.choicesHint")}
          rules={[required(choices)]}
        >
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", "、"]} />
        </Form.Item>
      )}
    </FormDrawer>
  );
}
