import { App, Form, Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { JoinWay, JoinWayInput } from "@/api/types";
import { CodePlaceFields, placeBody, placeValues } from "@/shared/components/code-place-fields";
import { FormDrawer } from "@/shared/components/form-drawer";
import limits from "@/shared/limits/platform-limits.json";
import { useCreateWay, useUpdateWay } from "./use-group-chats";

interface Props {
  way: JoinWay | null;
  onClose(): void;
}

const mostChats = limits.joinWayChats.value;
const longestName = limits.joinWayNameCharacters.value;
const chatsOffered = 100;

function startValues(way: JoinWay | null, account: number | undefined): Partial<JoinWayInput> {
  const place = placeValues(way);
  if (way === null)
    return { account_id: account, chats: [], auto_create: true, base_name: "", base_id: 2, ...place };
  const { name, account_id, auto_create, base_name, base_id } = way;
  const chats = way.chats.filter(({ made }) => !made).map(({ chat_id }) => chat_id);
  return { name, account_id, chats, auto_create, base_name, base_id, ...place };
}

function ChatsField({ accountId }: { accountId: number | undefined }) {
  const { t } = useTranslation();
  const query = { size: chatsOffered, ...(accountId !== undefined && { account_id: accountId }) };
  const chats = $api.useQuery("get", "/api/group-chats", { params: { query } });
  const options = (chats.data?.items ?? []).map(({ chat_id, name, members, capacity }) => ({
    value: chat_id,
    label: `${name || t("groupChats.unnamed")} (${members} / ${capacity})`,
  }));
  const tooMany = t("joinWays.form.chatsMax", { count: mostChats });
  return (
    <Form.Item
      name="chats"
      label={t("joinWays.form.chats")}
      extra={t("joinWays.form.chatsHint", { count: mostChats })}
      rules={[
        { required: true, message: t("common.required", { label: t("joinWays.form.chats") }) },
        { type: "array", max: mostChats, message: tooMany },
      ]}
    >
      <Select
        mode="multiple"
        loading={chats.isPending}
        showSearch={{ optionFilterProp: "label" }}
        options={options}
        notFoundContent={t("joinWays.form.noChats")}
      />
    </Form.Item>
  );
}

function NextChat() {
  const { t } = useTranslation();
  const isOn = Form.useWatch<boolean | undefined>("auto_create", { preserve: true }) ?? true;
  return (
    <>
      <Form.Item
        name="auto_create"
        label={t("joinWays.form.autoCreate")}
        valuePropName="checked"
        extra={t("joinWays.form.autoCreateHint")}
      >
        <Switch />
      </Form.Item>
      {isOn && (
        <>
          <Form.Item
            name="base_name"
            label={t("joinWays.form.baseName")}
            extra={t("joinWays.form.baseNameHint")}
          >
            <Input maxLength={longestName} />
          </Form.Item>
          <Form.Item
            name="base_id"
            label={t("joinWays.form.baseId")}
            rules={[{ required: true, message: t("common.required", { label: t("joinWays.form.baseId") }) }]}
          >
            <InputNumber min={1} max={1_000_000} precision={0} />
          </Form.Item>
        </>
      )}
    </>
  );
}

export function JoinWayFormDrawer({ way, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<JoinWayInput>();
  const accounts = $api.useQuery("get", "/api/accounts", {});
  const create = useCreateWay();
  const update = useUpdateWay();
  const corps = (accounts.data ?? []).filter(({ kind }) => kind === "wecom");
  const accountId = Form.useWatch("account_id", form) ?? way?.account_id ?? corps[0]?.id;

  const save = async ({ account_id, ...values }: JoinWayInput) => {
    if (way === null) {
      await create.mutateAsync({ body: { account_id, ...values, ...placeBody(values) } });
      message.success(t("joinWays.form.created"));
      return;
    }
    const body = { ...values, ...placeBody(values), version: way.version };
    await update.mutateAsync({ params: { path: { way_id: way.id } }, body });
    message.success(t("joinWays.form.saved"));
  };
  if (accounts.isPending) return null;
  const name = t("joinWays.column.name");
  return (
    <FormDrawer<JoinWayInput>
      title={t(way ? "joinWays.form.edit" : "joinWays.form.create")}
      form={form}
      initialValues={startValues(way, corps[0]?.id)}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={name}
        rules={[{ required: true, whitespace: true, message: t("common.required", { label: name }) }]}
      >
        <Input maxLength={100} placeholder={t("joinWays.form.namePlaceholder")} autoFocus />
      </Form.Item>
      <Form.Item name="account_id" label={t("joinWays.form.account")} rules={[{ required: true }]}>
        <Select
          disabled={way !== null}
          options={corps.map((account) => ({ value: account.id, label: account.name }))}
        />
      </Form.Item>
      <ChatsField accountId={accountId} />
      <CodePlaceFields />
      <NextChat />
    </FormDrawer>
  );
}
