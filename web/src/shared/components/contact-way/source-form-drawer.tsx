import { Alert, App, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { Account, Source, SourceInput, Staff } from "@/api/types";
import { CodePlaceFields, placeBody, placeValues } from "@/shared/components/code-place-fields";
import { FormDrawer } from "@/shared/components/form-drawer";
import limits from "@/shared/limits/platform-limits.json";
import { AttachmentFields } from "./attachment-fields";
import styles from "./contact-way.module.css";
import { useCreateSource, useUpdateSource } from "./use-contact-ways";
import { WelcomePreview } from "./welcome-preview";
import { WelcomeTextField } from "./welcome-text-field";

interface Props {
  source: Source | null;
  /** What a new one begins with, such as the article at whose foot it will stand. */
  start?: Partial<SourceInput>;
  title?: string;
  onClose(): void;
}

const maxMembers = limits.contactWayMembers.value;

function startValues(source: Source | null, accounts: Account[]): Partial<SourceInput> {
  if (source) {
    const { name, account_id, users, skip_verify, welcome } = source;
    const place = placeValues(source);
    return {
      name,
      account_id,
      users,
      skip_verify,
      ...place,
      welcome: welcome ?? { text: "", attachments: [] },
    };
  }
  return {
    account_id: accounts[0]?.id,
    users: [],
    skip_verify: true,
    ...placeValues(null),
    welcome: { text: "", attachments: [] },
  };
}

function StaffField({ accountId }: { accountId: number | undefined }) {
  const { t } = useTranslation();
  const params = accountId === undefined ? {} : { query: { account_id: accountId } };
  const staff = $api.useQuery("get", "/api/staff", { params }, { enabled: accountId !== undefined });
  const label = (one: Staff) =>
    one.contact_enabled ? one.name : `${one.name} (${t("sources.form.notEnabled")})`;
  const options = (staff.data ?? []).map((one) => ({
    value: one.userid,
    label: label(one),
    disabled: !one.contact_enabled,
  }));
  const nobody = staff.data !== undefined && !options.some(({ disabled }) => !disabled);
  return (
    <Form.Item
      name="users"
      label={t("sources.form.users")}
      extra={nobody ? t("sources.form.noStaff") : t("sources.form.usersHint")}
      rules={[
        { required: true, message: t("common.required", { label: t("sources.form.users") }) },
        { type: "array", max: maxMembers, message: t("sources.form.usersMax", { count: maxMembers }) },
      ]}
    >
      <Select
        mode="multiple"
        loading={staff.isFetching}
        options={options}
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("sources.form.usersPlaceholder")}
      />
    </Form.Item>
  );
}

function BasicFields({ source, accounts }: { source: Source | null; accounts: Account[] }) {
  const { t } = useTranslation();
  const accountId = Form.useWatch<number | undefined>("account_id");
  return (
    <>
      <h2 className={styles.sectionTitle}>{t("sources.form.basics")}</h2>
      <Form.Item
        name="name"
        label={t("sources.form.name")}
        extra={t("sources.form.nameHint")}
        rules={[
          {
            required: true,
            whitespace: true,
            message: t("common.required", { label: t("sources.form.name") }),
          },
        ]}
      >
        <Input maxLength={100} placeholder={t("sources.form.namePlaceholder")} autoFocus />
      </Form.Item>
      <Form.Item
        name="account_id"
        label={t("sources.form.account")}
        rules={[{ required: true, message: t("common.required", { label: t("sources.form.account") }) }]}
      >
        <Select
          disabled={source !== null}
          options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <StaffField accountId={accountId} />
      <Form.Item name="skip_verify" label={t("sources.form.verify")}>
        <Radio.Group
          options={[
            { value: true, label: t("sources.form.skipVerify") },
            { value: false, label: t("sources.form.needVerify") },
          ]}
        />
      </Form.Item>
    </>
  );
}

function Preview({ form }: { form: ReturnType<typeof Form.useForm<SourceInput>>[0] }) {
  const accountId = Form.useWatch("account_id", form);
  const first = Form.useWatch("users", form)?.[0];
  const welcome = Form.useWatch("welcome", form);
  const staff = $api.useQuery("get", "/api/staff", { params: { query: { account_id: accountId } } });
  const name = staff.data?.find(({ userid }) => userid === first)?.name ?? "";
  return <WelcomePreview staffName={name} welcome={welcome} />;
}

/** Makes a contact way or changes it: who is added, where it belongs, what its people are sent. */
export function SourceFormDrawer({ source, start, title, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<SourceInput>();
  const accounts = $api.useQuery("get", "/api/accounts", {});
  const create = useCreateSource();
  const update = useUpdateSource();

  const save = async (values: SourceInput) => {
    const welcome = { text: values.welcome?.text ?? "", attachments: values.welcome?.attachments ?? [] };
    if (source === null) {
      await create.mutateAsync({ body: { ...start, ...values, ...placeBody(values), welcome } });
      message.success(t("sources.form.created"));
      return;
    }
    const { name, users, skip_verify } = values;
    const body = { name, users, skip_verify, welcome, ...placeBody(values), version: source.version };
    await update.mutateAsync({ params: { path: { source_id: source.id } }, body });
    message.success(t("sources.form.saved"));
  };

  if (accounts.data === undefined) return null;
  const corps = accounts.data.filter(({ kind }) => kind === "wecom");
  return (
    <FormDrawer<SourceInput>
      title={title ?? t(source ? "sources.form.edit" : "sources.form.create")}
      form={form}
      initialValues={{ ...startValues(source, corps), ...start }}
      onSubmit={save}
      onClose={onClose}
      aside={<Preview form={form} />}
    >
      {corps.length === 0 && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 16 }}
          title={<Link to="/settings/accounts">{t("sources.needAccount")}</Link>}
        />
      )}
      <BasicFields source={source} accounts={corps} />
      <CodePlaceFields />
      <h2 className={styles.sectionTitle}>{t("sources.form.welcome")}</h2>
      <WelcomeTextField />
      <AttachmentFields />
    </FormDrawer>
  );
}
