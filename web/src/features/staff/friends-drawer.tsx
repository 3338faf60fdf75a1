import { App, Form, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import type { PersonalAccount } from "@/api/types";
import { DayPicker } from "@/shared/components/beijing-picker";
import { FormDrawer } from "@/shared/components/form-drawer";
import { formatDate, formatNumber } from "@/shared/format/format";
import { useNow } from "@/shared/hooks/use-now";
import styles from "./staff.module.css";
import { useReportFriends } from "./use-personal";

interface Values {
  day: string;
  friends: number;
}

/** 报一次好友数: what the phone shows, and on which day. */
export function FriendsDrawer({ account, onClose }: { account: PersonalAccount; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const report = useReportFriends();
  const today = formatDate(useNow());
  const submit = async ({ day, friends }: Values) => {
    await report.mutateAsync({ params: { path: { personal_id: account.id, day } }, body: { friends } });
    message.success(t("staff.form.saved"));
  };
  return (
    <FormDrawer<Values>
      title={t("staff.personal.reportTitle", { name: account.name })}
      form={form}
      initialValues={{ day: today }}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item
        name="friends"
        label={t("staff.personal.friends")}
        extra={t("staff.personal.friendsHint")}
        rules={[{ required: true, message: t("staff.personal.friendsMissing") }]}
      >
        <InputNumber min={0} max={1_000_000} precision={0} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item
        name="day"
        label={t("staff.personal.day")}
        extra={t("staff.personal.dayHint")}
        rules={[{ required: true, message: t("staff.special.dayMissing") }]}
      >
        <DayPicker latest={today} style={{ width: 200 }} />
      </Form.Item>
      {account.counts.length > 0 && (
        <ul aria-label={t("staff.personal.earlier")}>
          {account.counts
            .slice(-12)
            .toReversed()
            .map(({ day, friends }) => (
              <li key={day} className={`tabular ${styles.faint}`}>
                {day} · {formatNumber(friends)}
              </li>
            ))}
        </ul>
      )}
    </FormDrawer>
  );
}
