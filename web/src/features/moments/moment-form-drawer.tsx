import { App, Button, Form, type FormInstance, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { MomentPost } from "@/api/types";
import { MomentPicker } from "@/shared/components/beijing-picker";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useOpened } from "@/shared/hooks/use-opened";
import { ContentFields } from "./content-fields";
import { WritingCheck } from "./moment-check";
import { MomentPreview } from "./moment-preview";
import { attachmentsOf, type MomentValues, toInput, toValues } from "./moment-values";
import styles from "./moments.module.css";
import { kinds, useMomentsChanged } from "./use-moments";

interface Props {
  post: MomentPost | null;
  /** Write a new one like it. */
  copy?: boolean;
  onSaved?(id: number): void;
  onClose(): void;
}

function useStaff(account: number | undefined) {
  const params = { query: { account_id: account ?? 0 } };
  const found = $api.useQuery("get", "/api/staff", { params }, { enabled: account !== undefined }).data ?? [];
  return found.filter(({ contact_enabled }) => contact_enabled);
}

function Preview({ form }: { form: FormInstance<MomentValues> }) {
  const values = Form.useWatch([], form) as MomentValues | undefined;
  const first = values?.members?.[0];
  const name = useStaff(values?.account_id).find(({ userid }) => userid === first)?.name ?? "";
  return <MomentPreview staffName={name} text={values?.text} attachments={attachmentsOf(values ?? {})} />;
}

/** Who publishes it, and which customers see it. */
function AudienceFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<MomentValues>();
  const account = Form.useWatch<number | undefined>("account_id");
  const staff = useStaff(account);
  const tags = $api.useQuery("get", "/api/tags", {}).data ?? [];
  const offered = tags.filter(
    ({ account_id, platform_id, archived_at }) =>
      account_id === account && platform_id !== "" && archived_at === null,
  );
  const search = { optionFilterProp: "label" };
  return (
    <>
      <Form.Item
        label={t("moments.form.members")}
        extra={t("moments.form.membersHint")}
        required
        htmlFor="drawer_members"
      >
        <Form.Item
          name="members"
          noStyle
          rules={[{ required: true, message: t("common.required", { label: t("moments.form.members") }) }]}
        >
          <Select
            mode="multiple"
            showSearch={search}
            maxTagCount={12}
            options={staff.map(({ userid, name }) => ({ value: userid, label: name }))}
          />
        </Form.Item>
        <Button
          type="link"
          size="small"
          className={styles.everybody}
          disabled={staff.length === 0}
          onClick={() =>
            form.setFieldValue(
              "members",
              staff.map(({ userid }) => userid),
            )
          }
        >
          {t("moments.form.everybody", { count: staff.length })}
        </Button>
      </Form.Item>
      <Form.Item name="tags" label={t("moments.form.tags")} extra={t("moments.form.tagsHint")}>
        <Select
          mode="multiple"
          showSearch={search}
          placeholder={t("moments.form.allCustomers")}
          options={offered.map(({ platform_id, group, name }) => ({
            value: platform_id,
            label: group ? `${group} · ${name}` : name,
          }))}
        />
      </Form.Item>
    </>
  );
}

function TimeField() {
  const { t } = useTranslation();
  const rules = $api.useQuery("get", "/api/contact-rules").data?.values.moment_windows ?? [];
  const windows = rules.map((span) => span.join("\u2060–\u2060")).join(t("common.listSeparator"));
  return (
    <Form.Item
      name="planned"
      label={t("moments.form.planned")}
      extra={windows ? t("moments.form.windows", { windows }) : t("moments.form.plannedHint")}
    >
      <MomentPicker style={{ width: 240 }} />
    </Form.Item>
  );
}

/** Writes a post with the phone beside it. It is planned on its page. */
export function MomentFormDrawer({ post, copy = false, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<MomentValues>();
  const version = useOpened(post)?.version ?? 0;
  const changed = { onSuccess: useMomentsChanged() };
  const create = $api.useMutation("post", "/api/moments", changed);
  const update = $api.useMutation("put", "/api/moments/{moment_id}", changed);
  const accounts = $api.useQuery("get", "/api/accounts", {});
  const save = async (values: MomentValues) => {
    const body = toInput(values);
    if (post && !copy) {
      const path = { moment_id: post.id };
      await update.mutateAsync({ params: { path }, body: { ...body, version } });
    } else onSaved?.((await create.mutateAsync({ body })).id);
    message.success(t("moments.form.saved"));
  };
  if (accounts.data === undefined) return null;
  const corps = accounts.data.filter(({ kind }) => kind === "wecom");
  const values = toValues(post);
  const account = values.account_id ?? (corps.length === 1 ? corps[0]?.id : undefined);
  const start = { ...values, ...(account !== undefined && { account_id: account }) };
  if (copy) delete start.planned;
  return (
    <FormDrawer<MomentValues>
      title={t(post && !copy ? "moments.form.edit" : "moments.form.create")}
      form={form}
      initialValues={start}
      onSubmit={save}
      onClose={onClose}
      submitText={t("moments.form.save")}
      aside={<Preview form={form} />}
    >
      <Form.Item
        name="account_id"
        label={t("moments.column.account")}
        rules={[{ required: true, message: t("common.required", { label: t("moments.column.account") }) }]}
      >
        <Select
          options={corps.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={() => form.setFieldsValue({ members: [], tags: [] })}
        />
      </Form.Item>
      <Form.Item name="kind" label={t("moments.column.kind")} extra={t("moments.form.kindHint")}>
        <Select options={kinds.map((value) => ({ value, label: t(`moments.kind.${value}`) }))} />
      </Form.Item>
      <ContentFields />
      <AudienceFields />
      <TimeField />
      <WritingCheck />
    </FormDrawer>
  );
}
