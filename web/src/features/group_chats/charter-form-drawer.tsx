import { App, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { CharterInput, GroupChat } from "@/api/types";
import { DayPicker } from "@/shared/components/beijing-picker";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useWriteCharter } from "./use-group-chats";

interface Props {
  chat: GroupChat;
  onClose(): void;
}

const longestPurpose = 200;

/** Before a group chat is worth running: its type, its purpose, who answers for it and when it ends. */
export function CharterFormDrawer({ chat, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<CharterInput>();
  const write = useWriteCharter();
  const kind = Form.useWatch("kind", form) ?? chat.charter.kind;
  const staff = $api.useQuery("get", "/api/staff", { params: { query: { account_id: chat.account_id } } });
  const { purpose, owner, ends_on } = chat.charter;

  const save = async (values: CharterInput) => {
    const body = { ...values, owner: values.owner ?? "", ends_on: values.ends_on || null };
    await write.mutateAsync({ params: { path: { chat_id: chat.id } }, body });
    message.success(t("groupChats.form.saved"));
  };
  const required = (field: "kind" | "purpose" | "owner" | "endsOn") => ({
    required: true,
    message: t("common.required", { label: t(`groupChats.form.${field}`) }),
  });
  return (
    <FormDrawer<CharterInput>
      title={t("groupChats.form.title", { name: chat.name })}
      form={form}
      initialValues={{ kind: chat.charter.kind, purpose, owner: owner || undefined, ends_on }}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item
        name="kind"
        label={t("groupChats.form.kind")}
        extra={t("groupChats.form.kindHint")}
        rules={[required("kind")]}
      >
        <Radio.Group
          options={(["functional", "communication"] as const).map((value) => ({
            value,
            label: t(`groupChats.kind.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="purpose" label={t("groupChats.form.purpose")} rules={[required("purpose")]}>
        <Input.TextArea
          rows={2}
          maxLength={longestPurpose}
          showCount
          placeholder={t("groupChats.form.purposePlaceholder")}
        />
      </Form.Item>
      <Form.Item name="owner" label={t("groupChats.form.owner")} rules={[required("owner")]}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={(staff.data ?? []).map(({ userid, name }) => ({ value: userid, label: name }))}
        />
      </Form.Item>
      <Form.Item
        name="ends_on"
        label={t("groupChats.form.endsOn")}
        extra={t("groupChats.form.endsOnHint")}
        rules={kind === "functional" ? [required("endsOn")] : []}
      >
        <DayPicker style={{ width: 200 }} />
      </Form.Item>
    </FormDrawer>
  );
}
