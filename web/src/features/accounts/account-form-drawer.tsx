import { App, Form, Input, InputNumber, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Account, AccountInput, AccountKind } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import styles from "./accounts.module.css";
import { SecretField } from "./secret-field";
import { useCreateAccount, useUpdateAccount } from "./use-accounts";

interface Props {
  /** The account to edit, or the kind of a new one. */
  subject: Account | AccountKind;
  onClose(): void;
}

type Values = Omit<AccountInput, "kind">;

const serviceTypes = ["service", "subscription"] as const;
const modes = ["safe", "compatible", "plain"] as const;

/** What is left empty is not sent: the server keeps what it has. */
function given(values: Values): Values {
  const kept = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return Object.fromEntries(kept) as Values;
}

function PlainField({
  kind,
  name,
  required = false,
}: {
  kind: AccountKind;
  name: "app_id";
  required?: boolean;
}) {
  const { t } = useTranslation();
  const label = t(`accounts.field.${kind}.${name}.label`);
  return (
    <Form.Item
      name={name}
      label={label}
      extra={t(`accounts.field.${kind}.${name}.hint`)}
      rules={[{ required, whitespace: true, message: t("common.required", { label }) }]}
    >
      <Input maxLength={200} spellCheck={false} />
    </Form.Item>
  );
}

function KindFields({ kind }: { kind: AccountKind }) {
  const { t } = useTranslation();
  if (kind === "wecom") {
    return (
      <Form.Item
        name="agent_id"
        label={t("accounts.field.wecom.agent_id.label")}
        extra={t("accounts.field.wecom.agent_id.hint")}
      >
        <InputNumber controls={false} precision={0} min={1} style={{ width: "100%" }} />
      </Form.Item>
    );
  }
  return (
    <>
      <Form.Item
        name="original_id"
        label={t("accounts.field.official_account.original_id.label")}
        extra={t("accounts.field.official_account.original_id.hint")}
      >
        <Input maxLength={40} placeholder="gh_" spellCheck={false} />
      </Form.Item>
      <Form.Item
        name="service_type"
        label={t("accounts.serviceType.label")}
        extra={t("accounts.serviceType.hint")}
      >
        <Segmented
          options={serviceTypes.map((value) => ({ value, label: t(`accounts.serviceType.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="mode" label={t("accounts.mode.label")} extra={t("accounts.mode.hint")}>
        <Select options={modes.map((value) => ({ value, label: t(`accounts.mode.${value}`) }))} />
      </Form.Item>
    </>
  );
}

function startValues(account: Account | null): Partial<Values> {
  if (account === null) return { mode: "safe", service_type: "service" };
  const { name, app_id, agent_id, original_id, service_type, api_base, mode } = account;
  return { name, app_id, agent_id, original_id, service_type, api_base, mode };
}

export function AccountFormDrawer({ subject, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const create = useCreateAccount();
  const update = useUpdateAccount();
  const account = typeof subject === "string" ? null : subject;
  const kind = typeof subject === "string" ? subject : subject.kind;

  const save = async (values: Values) => {
    if (account === null) await create.mutateAsync({ body: { ...given(values), kind } });
    else await update.mutateAsync({ params: { path: { account_id: account.id } }, body: given(values) });
    message.success(t("accounts.saved"));
  };

  const nameLabel = t("accounts.name");
  return (
    <FormDrawer<Values>
      title={t(account ? "accounts.edit" : `accounts.connectKind.${kind}`)}
      form={form}
      initialValues={startValues(account)}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={nameLabel}
        rules={[{ required: true, whitespace: true, message: t("common.required", { label: nameLabel }) }]}
      >
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <PlainField kind={kind} name="app_id" required />
      <SecretField kind={kind} name="secret" kept={account?.has_secret ?? false} />
      <KindFields kind={kind} />
      <h2 className={styles.sectionTitle}>{t("accounts.callback")}</h2>
      <p className={styles.sectionText}>{t(`accounts.callbackHint.${kind}`)}</p>
      <SecretField
        kind={kind}
        name="callback_token"
        kept={account?.has_callback_token ?? false}
        length={24}
      />
      <SecretField kind={kind} name="aes_key" kept={account?.has_aes_key ?? false} length={43} />
      <h2 className={styles.sectionTitle}>{t("accounts.advanced")}</h2>
      <Form.Item name="api_base" label={t("accounts.apiBase")} extra={t("accounts.apiBaseHint")}>
        <Input inputMode="url" spellCheck={false} />
      </Form.Item>
    </FormDrawer>
  );
}
