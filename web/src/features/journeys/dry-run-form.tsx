import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Card, Checkbox, Form, InputNumber, Radio, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { MomentPicker } from "@/shared/components/beijing-picker";
import { splitSegment } from "./conditions";
import { toDraft } from "./draft";
import styles from "./dry-run.module.css";
import { type DryRunValues, eventOf, triggersOf, unitSeconds } from "./dry-run-script";
import { PersonsSelect } from "./persons-select";
import { useWords } from "./use-words";

const most = 200;
const otherKinds = [
  "FollowerMessageReceived",
  "FollowerSubscribed",
  "FollowerUnsubscribed",
  "ContactAdded",
  "ContactLost",
  "KfMessageReceived",
  "GroupJoined",
  "LinkOpened",
  "LeadCreated",
] as const;
const initial: DryRunValues = { people: "random", count: 20, byHand: false, script: [] };

function useEvents(draft: Record<string, unknown>) {
  const { t } = useTranslation();
  const words = useWords();
  const nodes = toDraft(draft);
  const own = triggersOf(draft).map((trigger) => {
    const what =
      trigger.what === "task"
        ? words.exit({ id: trigger.node, type: "staff_task" }, trigger.end)
        : [words.trigger({ ...trigger }), words.condition(splitSegment(trigger.where).rest)]
            .filter(Boolean)
            .join(" · ");
    return {
      value: eventOf(trigger),
      label: t(`dryRun.form.${trigger.what}`, {
        what,
        node: trigger.node === "" ? "" : words.target(nodes, trigger.node),
      }),
    };
  });
  const others = otherKinds.map((kind) => ({ value: kind as string, label: words.event(kind) }));
  return [
    ...(own.length > 0 ? [{ label: t("dryRun.form.own"), options: own }] : []),
    { label: t("dryRun.form.others"), options: others },
  ];
}

function Script({ draft }: { draft: Record<string, unknown> }) {
  const { t } = useTranslation();
  const events = useEvents(draft);
  const first = events[0]?.options[0]?.value;
  const units = Object.keys(unitSeconds).map((unit) => ({
    value: unit,
    label: t(`dryRun.form.unit.${unit as keyof typeof unitSeconds}`),
  }));
  return (
    <Form.Item label={t("dryRun.form.script")} extra={t("dryRun.form.scriptHint")}>
      <Form.List name="script">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <div key={key} className={styles.happening}>
                <Form.Item name={[name, "count"]} noStyle>
                  <InputNumber
                    min={0}
                    max={365}
                    aria-label={t("dryRun.form.after")}
                    className={styles.after}
                  />
                </Form.Item>
                <Form.Item name={[name, "unit"]} noStyle>
                  <Select options={units} aria-label={t("dryRun.form.after")} style={{ width: 96 }} />
                </Form.Item>
                <Form.Item name={[name, "event"]} noStyle>
                  <Select
                    options={events}
                    aria-label={t("dryRun.form.event")}
                    className={styles.event}
                    popupMatchSelectWidth={340}
                  />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t("dryRun.form.remove")}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
            <Button
              icon={<PlusOutlined />}
              disabled={rows.length >= 50}
              onClick={() => add({ count: rows.length, unit: "hours", event: first })}
            >
              {t("dryRun.form.add")}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

interface Props {
  draft: Record<string, unknown>;
  running: boolean;
  onRun(values: DryRunValues): void;
}

/** Whom to play, and what happens to them. */
export function DryRunForm({ draft, running, onRun }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<DryRunValues>();
  const people = Form.useWatch("people", form) ?? initial.people;
  const isReal = people === "entrants";
  return (
    <Card size="small">
      <p className={styles.text}>{t("dryRun.text")}</p>
      <Form form={form} layout="vertical" initialValues={initial} onFinish={onRun}>
        <Form.Item
          name="people"
          label={t("dryRun.form.people")}
          {...(isReal && { extra: t("dryRun.form.entrantsHint") })}
        >
          <Radio.Group className={styles.choices}>
            <Radio value="random">{t("dryRun.form.random")}</Radio>
            <Radio value="chosen">{t("dryRun.form.chosen")}</Radio>
            <Radio value="entrants">{t("dryRun.form.entrants")}</Radio>
          </Radio.Group>
        </Form.Item>
        {people === "chosen" ? (
          <Form.Item
            name="persons"
            label={t("dryRun.form.persons")}
            rules={[{ required: true, message: t("common.required", { label: t("dryRun.form.persons") }) }]}
          >
            <PersonsSelect most={most} />
          </Form.Item>
        ) : (
          <Form.Item name="count" label={t("dryRun.form.count")}>
            <InputNumber min={1} max={most} precision={0} />
          </Form.Item>
        )}
        {!isReal && (
          <>
            <Form.Item name="start" label={t("dryRun.form.start")} extra={t("dryRun.form.startHint")}>
              <MomentPicker />
            </Form.Item>
            <Script draft={draft} />
            <Form.Item name="byHand" valuePropName="checked">
              <Checkbox>{t("dryRun.form.byHand")}</Checkbox>
            </Form.Item>
          </>
        )}
        <Space>
          <Button type="primary" htmlType="submit" loading={running}>
            {t("dryRun.form.run")}
          </Button>
        </Space>
      </Form>
    </Card>
  );
}
