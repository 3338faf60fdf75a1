import { App, Form, Input, InputNumber, Segmented, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { ContactRules, ContactRuleValues } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useOpened } from "@/shared/hooks/use-opened";
import styles from "./contact-rules.module.css";
import { useChangeContactRules } from "./use-contact-rules";
import { type RuleKey, ruleKeys } from "./use-rule-text";

const most: Partial<Record<RuleKey, [number, number]>> = {
  marketing_per_week: [0, 14],
  marketing_gap_hours: [0, 336],
  service_per_campaign: [0, 50],
  service_per_day: [0, 20],
  sales_talk_hours: [0, 720],
  answer_minutes: [1, 120],
  moment_per_day: [0, 10],
  moment_advert_percent: [0, 100],
  moment_advert_gap_hours: [0, 336],
  moment_adverts_in_a_row: [1, 10],
  moment_repeat_days: [0, 365],
};
const hours = { width: 80 };
const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
const modes = ["month", "week", "day"] as const;

/** Spans of hours as words: 07:00–09:00. */
function Spans({ name, ...shown }: { name: RuleKey; label: string; extra: string }) {
  const { t } = useTranslation();
  const isSpan = (span: string[]) => span.length === 2 && span.every((each) => clock.test(each));
  return (
    <Form.Item
      {...shown}
      name={name}
      getValueProps={(spans: string[][]) => ({ value: spans.map((span) => span.join("–")) })}
      getValueFromEvent={(words: string[]) => words.map((word) => word.split(/\s*[-–—~]\s*/))}
      rules={[
        {
          validator: (_, spans: string[][]) =>
            spans.every(isSpan) ? Promise.resolve() : Promise.reject(new Error(t("contactRules.form.span"))),
        },
      ]}
    >
      <Select mode="tags" open={false} suffixIcon={null} maxCount={6} tokenSeparators={[",", "，", "、"]} />
    </Form.Item>
  );
}

function Field({ name }: { name: RuleKey }) {
  const { t } = useTranslation();
  const shown = { label: t(`contactRules.rule.${name}.name`), extra: t(`contactRules.rule.${name}.text`) };
  const required = [{ required: true, message: t("contactRules.form.missing") }];
  const clockRules = [...required, { pattern: clock, message: t("contactRules.form.clock") }];
  if (name === "marketing_quiet" || name === "service_quiet")
    return (
      <Form.Item {...shown}>
        <Space align="baseline">
          <Form.Item name={[name, 0]} rules={clockRules} noStyle>
            <Input
              style={hours}
              maxLength={5}
              aria-label={`${shown.label} · ${t("contactRules.form.from")}`}
            />
          </Form.Item>
          {t("contactRules.form.to")}
          <Form.Item name={[name, 1]} rules={clockRules} noStyle>
            <Input
              style={hours}
              maxLength={5}
              aria-label={`${shown.label} · ${t("contactRules.form.until")}`}
            />
          </Form.Item>
        </Space>
      </Form.Item>
    );
  if (name === "moment_windows") return <Spans name={name} {...shown} />;
  if (name === "opt_out_words" || name === "opt_in_words")
    return (
      <Form.Item {...shown} name={name} rules={required}>
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          maxCount={20}
          tokenSeparators={[",", "，", "、"]}
        />
      </Form.Item>
    );
  if (name === "opt_out_reply" || name === "opt_in_reply")
    return (
      <Form.Item {...shown} name={name}>
        <Input.TextArea autoSize={{ minRows: 2 }} maxLength={300} />
      </Form.Item>
    );
  if (name === "wecom_mass_mode")
    return (
      <Form.Item {...shown} name={name}>
        <Segmented options={modes.map((value) => ({ value, label: t(`contactRules.mode.${value}`) }))} />
      </Form.Item>
    );
  const [low, high] = most[name] ?? [0, 100];
  const range = t("contactRules.form.range", { low, high });
  return (
    <Form.Item
      {...shown}
      name={name}
      rules={[...required, { type: "number", min: low, max: high, message: range }]}
    >
      <InputNumber precision={0} suffix={t(`contactRules.unit.${name}`)} style={{ width: 200 }} />
    </Form.Item>
  );
}

/** Changing the rules; they hold for everything that leaves from then on. */
export function RulesDrawer({ rules, onClose }: { rules: ContactRules; onClose(): void }) {
  const { revision } = useOpened(rules);
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<ContactRuleValues>();
  const change = useChangeContactRules();
  const save = async (values: ContactRuleValues) => {
    await change.mutateAsync({ body: { revision, values } });
    message.success(t("contactRules.form.saved"));
  };
  return (
    <FormDrawer<ContactRuleValues>
      title={t("contactRules.form.title")}
      form={form}
      initialValues={rules.values}
      onSubmit={save}
      onClose={onClose}
    >
      <p className={styles.lead}>{t("contactRules.form.text")}</p>
      {ruleKeys.map((name) => (
        <Field key={name} name={name} />
      ))}
    </FormDrawer>
  );
}
