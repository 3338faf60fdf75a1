import { useQueryClient } from "@tanstack/react-query";
import { App, AutoComplete, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Script, ScriptInput } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";

interface Props {
  script: Script | null;
  categories: string[];
  onClose(): void;
}

const longestText = 2000;
export const variables = ["name", "company", "staff"] as const;

/** Writes a script, or writes it anew. */
export function ScriptFormDrawer({ script, categories, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<ScriptInput>();
  const settled = { onSuccess: () => invalidateTopic(queries, "scripts") };
  const create = $api.useMutation("post", "/api/scripts", settled);
  const update = $api.useMutation("put", "/api/scripts/{script_id}", settled);
  const save = async (body: ScriptInput) => {
    if (script) await update.mutateAsync({ params: { path: { script_id: script.id } }, body });
    else await create.mutateAsync({ body });
    message.success(t("scripts.saved"));
  };
  const required = (label: string) => ({
    required: true,
    whitespace: true,
    message: t("common.required", { label }),
  });
  const name = t("scripts.column.name");
  const text = t("scripts.column.text");
  return (
    <FormDrawer<ScriptInput>
      title={t(script ? "scripts.edit" : "scripts.new")}
      form={form}
      initialValues={
        script ? { name: script.name, category: script.category, text: script.text } : { category: "" }
      }
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item name="name" label={name} rules={[required(name)]}>
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item name="category" label={t("scripts.column.category")}>
        <AutoComplete maxLength={40} options={categories.map((value) => ({ value }))} />
      </Form.Item>
      <Form.Item
        name="text"
        label={text}
        rules={[required(text)]}
        extra={t("scripts.variables", {
          list: variables
            .map((each) => `{{${each}}} ${t(`scripts.variable.${each}`)}`)
            .join(t("scripts.and")),
        })}
      >
        <Input.TextArea rows={6} maxLength={longestText} />
      </Form.Item>
    </FormDrawer>
  );
}
