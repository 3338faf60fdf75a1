import { App, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Duty, PersonalAccount } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import styles from "./staff.module.css";
import { useSavePersonal } from "./use-personal";

interface Values {
  name: string;
  wechat_id: string;
  holder: string | null;
  friend_limit: number | null;
}

/** A userid may be used at several corps: the holder is both. */
function keyOf({ account_id, userid }: { account_id: number | null; userid: string | null }): string | null {
  return account_id === null || userid === null ? null : `${account_id} ${userid}`;
}

interface Props {
  /** None: a new one. */
  account: PersonalAccount | null;
  duties: Duty[];
  onClose(): void;
}

/** What is noted of a personal account. */
export function PersonalDrawer({ account, duties, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const save = useSavePersonal();
  const submit = async ({ name, wechat_id, holder, friend_limit }: Values) => {
    const member = duties.find((duty) => keyOf(duty) === holder);
    await save(account?.id ?? null, {
      name,
      wechat_id: wechat_id ?? "",
      account_id: member?.account_id ?? null,
      userid: member?.userid ?? null,
      friend_limit: friend_limit ?? null,
    });
    message.success(t("staff.form.saved"));
  };
  const initial = account
    ? { ...account, holder: keyOf(account) }
    : { name: "", wechat_id: "", holder: null, friend_limit: null };
  return (
    <FormDrawer<Values>
      title={account ? t("staff.personal.edit", { name: account.name }) : t("staff.personal.add")}
      form={form}
      initialValues={initial}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className={styles.intro}>{t("staff.personal.noApi")}</p>
      <Form.Item
        name="name"
        label={t("staff.personal.name")}
        rules={[{ required: true, whitespace: true, message: t("staff.personal.nameMissing") }]}
      >
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="holder" label={t("staff.personal.holder")} extra={t("staff.personal.holderHint")}>
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          placeholder={t("staff.personal.noHolder")}
          options={duties.map((duty) => ({ value: keyOf(duty), label: duty.name }))}
        />
      </Form.Item>
      <Form.Item
        name="wechat_id"
        label={t("staff.personal.wechatId")}
        extra={t("staff.personal.wechatIdHint")}
      >
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="friend_limit" label={t("staff.personal.limit")} extra={t("staff.personal.limitHint")}>
        <InputNumber min={1} max={1_000_000} precision={0} style={{ width: 200 }} />
      </Form.Item>
    </FormDrawer>
  );
}
