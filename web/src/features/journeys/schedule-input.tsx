import { Checkbox, Form, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { DayPicker } from "@/shared/components/beijing-picker";
import { SegmentSelect } from "@/shared/components/segment-select";
import type { Draft } from "./draft";
import styles from "./editor.module.css";
import { inputs } from "./field-inputs";
import { type Every, everies, freshSchedule, type Schedule, withEvery } from "./schedule";
import type { FieldFault } from "./use-faults";

interface Props {
  value: Schedule | undefined;
  draft: Draft;
  /** Of the fields by their path in the definition. */
  fault: FieldFault;
  onChange(schedule: Schedule | undefined): void;
}

/** Whether and when the members of a segment come in. */
export function ScheduleInput({ value, draft, fault, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item extra={t("journeyNodes.hint.schedule")}>
        <Checkbox
          checked={Boolean(value)}
          onChange={({ target }) => onChange(target.checked ? freshSchedule : undefined)}
        >
          {t("journeyNodes.field.schedule")}
        </Checkbox>
      </Form.Item>
      {value && <ScheduleFields value={value} draft={draft} fault={fault} onChange={onChange} />}
    </>
  );
}

function ScheduleFields({ value, draft, fault, onChange }: Props & { value: Schedule }) {
  const { t } = useTranslation();
  const put = (change: Partial<Schedule>) => onChange({ ...value, ...change });
  const item = (name: keyof Schedule) => ({
    label: t(`journeyNodes.field.${name}`),
    htmlFor: `schedule-${name}`,
    required: true,
    ...fault(`entry.schedule.${name}`),
  });
  return (
    <div className={styles.nested}>
      <Form.Item {...item("segment_id")}>
        <SegmentSelect
          id="schedule-segment_id"
          value={value.segment_id ?? null}
          onChange={(segment_id) => put({ segment_id })}
        />
      </Form.Item>
      <Form.Item {...item("every")}>
        <Segmented<Every>
          id="schedule-every"
          value={value.every}
          options={everies.map((each) => ({ value: each, label: t(`journeyNodes.every.${each}`) }))}
          onChange={(every) => onChange(withEvery(value, every))}
        />
      </Form.Item>
      {value.every === "once" && (
        <Form.Item {...item("day")}>
          <DayPicker id="schedule-day" value={value.day} onChange={(day) => put({ day })} />
        </Form.Item>
      )}
      {value.every === "weekly" && (
        <Form.Item {...item("weekdays")}>
          <inputs.weekdays
            id="schedule-weekdays"
            value={value.weekdays}
            draft={draft}
            onChange={(days) => put({ weekdays: days as number[] })}
          />
        </Form.Item>
      )}
      <Form.Item {...item("at")}>
        <inputs.time
          id="schedule-at"
          value={value.at}
          draft={draft}
          onChange={(at) => put({ at: at as string | undefined })}
        />
      </Form.Item>
    </div>
  );
}
