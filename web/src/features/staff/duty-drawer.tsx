import { App, Button, Form, Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { Duty } from "@/api/types";
import { DayPicker } from "@/shared/components/beijing-picker";
import { FormDrawer } from "@/shared/components/form-drawer";
import { formatDate } from "@/shared/format/format";
import { readSpans, workdays, writeSpans } from "./spans";
import styles from "./staff.module.css";
import { useSetDuty } from "./use-duties";

interface Values {
  week: string[];
  away?: string | undefined;
  weight: number;
  daily_cap: number | null;
  backup: string | null;
  is_leader: boolean;
  friend_limit: number;
}

const dayLength = 86_400_000;
const weekdays = ["0", "1", "2", "3", "4", "5", "6"] as const;

/** The last day away; the member is back when it is over, in Beijing. */
function readAway(day: string | undefined): string | null {
  return day ? new Date(Date.parse(`${day}T00:00:00+08:00`) + dayLength).toISOString() : null;
}

function valuesOf(duty: Duty): Values {
  const { weight, daily_cap, backup, is_leader, friend_limit } = duty;
  const away = duty.away_until ? formatDate(new Date(new Date(duty.away_until).getTime() - 1)) : undefined;
  return { week: duty.week.map(writeSpans), away, weight, daily_cap, backup, is_leader, friend_limit };
}

function WeekFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Values>();
  const copy = () => {
    const week: string[] = form.getFieldValue("week");
    form.setFieldValue(
      "week",
      week.map((spans, number) => (number < workdays ? (week[0] ?? "") : spans)),
    );
  };
  const check = async (_: unknown, text: string) => {
    if (readSpans(text ?? "") === null) throw new Error(t("staff.form.spansWrong"));
  };
  return (
    <fieldset className={styles.week}>
      <legend>{t("staff.form.week")}</legend>
      <p className={styles.faint}>
        {t("staff.form.weekHint")}{" "}
        <Button type="link" size="small" onClick={copy}>
          {t("staff.form.copyMonday")}
        </Button>
      </p>
      {weekdays.map((key, number) => (
        <Form.Item
          key={key}
          name={["week", number]}
          label={t(`staff.weekday.${key}`)}
          rules={[{ validator: check }]}
          layout="horizontal"
          colon={false}
        >
          <Input placeholder={t("staff.form.dayOff")} maxLength={100} />
        </Form.Item>
      ))}
    </fieldset>
  );
}

/** What a member does about leads: when, how many, who instead, and how many customers fit. */
export function DutyDrawer({ duty, duties, onClose }: { duty: Duty; duties: Duty[]; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const set = useSetDuty();
  const save = async (values: Values) => {
    const { week, away, backup, daily_cap, ...rest } = values;
    const body = {
      ...rest,
      week: week.map((spans) => readSpans(spans ?? "") ?? []),
      away_until: readAway(away),
      backup: backup ?? null,
      daily_cap: daily_cap ?? null,
    };
    const path = { account_id: duty.account_id, userid: duty.userid };
    await set.mutateAsync({ params: { path }, body });
    message.success(t("staff.form.saved"));
  };
  const others = duties.filter((each) => each.account_id === duty.account_id && each.userid !== duty.userid);
  return (
    <FormDrawer<Values>
      title={t("staff.form.title", { name: duty.name })}
      form={form}
      initialValues={valuesOf(duty)}
      onSubmit={save}
      onClose={onClose}
    >
      <WeekFields />
      <Form.Item name="away" label={t("staff.form.away")} extra={t("staff.form.awayHint")}>
        <DayPicker style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="weight" label={t("staff.form.weight")} extra={t("staff.form.weightHint")}>
        <InputNumber min={0} max={100} precision={0} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="daily_cap" label={t("staff.form.dailyCap")} extra={t("staff.form.dailyCapHint")}>
        <InputNumber min={1} max={10_000} precision={0} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="backup" label={t("staff.form.backup")} extra={t("staff.form.backupHint")}>
        <Select
          allowClear
          placeholder={t("staff.form.noBackup")}
          options={others.map(({ userid, name }) => ({ value: userid, label: name }))}
        />
      </Form.Item>
      <Form.Item name="friend_limit" label={t("staff.form.limit")} extra={t("staff.form.limitHint")}>
        <InputNumber min={1} max={1_000_000} precision={0} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item
        name="is_leader"
        label={t("staff.form.leader")}
        extra={t("staff.form.leaderHint")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
