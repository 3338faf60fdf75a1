import { App, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import type { NewLead } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useCreateLead } from "./use-leads";

/** Somebody who left a number; a member is asked to add them. */
export function LeadFormDrawer({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [form] = Form.useForm<NewLead>();
  const create = useCreateLead();
  const { data, isPending } = $api.useQuery("get", "/api/accounts", {});
  const accounts = (data ?? []).filter(({ kind }) => kind === "wecom");
  const first = accounts[0]?.id;
  const save = async (body: NewLead) => {
    const made = await create.mutateAsync({ body: { ...body, account_id: body.account_id } });
    message.success(t("leads.form.saved"));
    void navigate(`/leads/${made.id}`);
  };
  const required = (label: string) => ({ required: true, message: t("common.required", { label }) });
  if (isPending) return null;
  return (
    <FormDrawer<NewLead>
      title={t("leads.new")}
      form={form}
      initialValues={first === undefined ? {} : { account_id: first }}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item
        name="account_id"
        label={t("leads.form.account")}
        rules={[required(t("leads.form.account"))]}
      >
        <Select options={accounts.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
      <Form.Item
        name="phone"
        label={t("leads.form.phone")}
        extra={t("leads.form.phoneHint")}
        rules={[required(t("leads.form.phone"))]}
      >
        <Input maxLength={40} inputMode="tel" autoFocus />
      </Form.Item>
      <Form.Item name="name" label={t("leads.form.name")} rules={[required(t("leads.form.name"))]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="company" label={t("leads.form.company")}>
        <Input maxLength={100} />
      </Form.Item>
    </FormDrawer>
  );
}
