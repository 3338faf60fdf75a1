import { Alert, App, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Account, SceneQr, SceneQrInput } from "@/api/types";
import { CodePlaceFields, placeBody, placeValues } from "@/shared/components/code-place-fields";
import { FormDrawer } from "@/shared/components/form-drawer";
import limits from "@/shared/limits/platform-limits.json";
import { MessageField } from "./message-field";
import { useCreateSceneQr, useOfficialAccounts, useUpdateSceneQr } from "./use-official-accounts";

interface Props {
  qr: SceneQr | null;
  onClose(): void;
}

const mostDays = limits.sceneQrDays.value;
const permanent = 0;

function startValues(qr: SceneQr | null, accounts: Account[]): Partial<SceneQrInput> {
  if (qr === null) return { account_id: accounts[0]?.id, days: mostDays, reply: "", ...placeValues(null) };
  const { name, account_id, reply, days } = qr;
  return { name, account_id, reply, days, ...placeValues(qr) };
}

function BasicFields({ qr, accounts }: { qr: SceneQr | null; accounts: Account[] }) {
  const { t } = useTranslation();
  const name = t("sceneQrs.column.name");
  const account = t("sceneQrs.form.account");
  return (
    <>
      <Form.Item
        name="name"
        label={name}
        extra={t("sources.form.nameHint")}
        rules={[{ required: true, whitespace: true, message: t("common.required", { label: name }) }]}
      >
        <Input maxLength={100} placeholder={t("sceneQrs.form.namePlaceholder")} autoFocus />
      </Form.Item>
      <Form.Item
        name="account_id"
        label={account}
        rules={[{ required: true, message: t("common.required", { label: account }) }]}
      >
        <Select
          disabled={qr !== null}
          options={accounts.map(({ id, name: label }) => ({ value: id, label }))}
        />
      </Form.Item>
      <Form.Item
        name="days"
        label={t("sceneQrs.form.life")}
        extra={t("sceneQrs.form.lifeHint", { days: mostDays })}
      >
        <Radio.Group
          disabled={qr !== null}
          options={[
            ...[7, mostDays].map((days) => ({ value: days, label: t("sceneQrs.days", { count: days }) })),
            { value: permanent, label: t("sceneQrs.permanent") },
          ]}
        />
      </Form.Item>
    </>
  );
}

/** Makes a scene code or changes it: where it belongs, and what is answered to whoever comes by it. */
export function SceneQrFormDrawer({ qr, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<SceneQrInput>();
  const accounts = useOfficialAccounts();
  const create = useCreateSceneQr();
  const update = useUpdateSceneQr();

  const save = async (values: SceneQrInput) => {
    const { name, reply = "", days, account_id } = values;
    const place = placeBody(values);
    if (qr === null) {
      await create.mutateAsync({ body: { name, account_id, reply, days: days || null, ...place } });
      message.success(t("sceneQrs.form.created"));
      return;
    }
    const body = { name, reply, ...place, version: qr.version };
    await update.mutateAsync({ params: { path: { qr_id: qr.id } }, body });
    message.success(t("sceneQrs.form.saved"));
  };

  if (accounts === undefined) return null;
  return (
    <FormDrawer<SceneQrInput>
      title={t(qr ? "sceneQrs.form.edit" : "sceneQrs.form.create")}
      form={form}
      initialValues={startValues(qr, accounts)}
      onSubmit={save}
      onClose={onClose}
    >
      {accounts.length === 0 && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 16 }}
          title={<Link to="/settings/accounts">{t("sceneQrs.needAccount")}</Link>}
        />
      )}
      <BasicFields qr={qr} accounts={accounts} />
      <CodePlaceFields />
      <MessageField
        name="reply"
        label={t("sceneQrs.reply")}
        hint={t("sceneQrs.form.replyHint")}
        placeholder={t("sceneQrs.form.replyPlaceholder")}
      />
    </FormDrawer>
  );
}
