import { DatePicker, Input, InputNumber, Select, Space } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { TermChoice } from "@/api/types";
import { useWords } from "./use-words";

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

interface EditorProps<T> {
  value: T;
  label: string;
  /** Instead of the label, while it is empty. */
  placeholder?: string | undefined;
  onChange(value: unknown): void;
}

/** A span of time: a number and its unit, in seconds. */
export function SpanField({ value, label, placeholder, onChange }: EditorProps<unknown>) {
  const { t } = useTranslation();
  const seconds = typeof value === "number" ? value : null;
  const [unit, size] = units.find(([, each]) => seconds !== null && seconds % each === 0) ?? units[0];
  return (
    <Space.Compact>
      <InputNumber
        min={1}
        precision={0}
        aria-label={label}
        placeholder={placeholder}
        style={{ width: 84 }}
        value={seconds === null ? null : seconds / size}
        onChange={(count) => onChange(count === null ? null : Number(count) * size)}
      />
      <Select
        aria-label={t("segments.unit.label")}
        style={{ width: 84 }}
        value={unit}
        options={units.map(([key]) => ({ value: key, label: t(`segments.unit.${key}`) }))}
        onChange={(key) => {
          const chosen = units.find(([each]) => each === key)?.[1] ?? 1;
          onChange((seconds === null ? 1 : seconds / size) * chosen);
        }}
      />
    </Space.Compact>
  );
}

/** A Beijing day as YYYY-MM-DD. */
export function DayField({ value, label, placeholder, onChange }: EditorProps<unknown>) {
  return (
    <DatePicker
      aria-label={label}
      placeholder={placeholder}
      value={typeof value === "string" ? dayjs(value, "YYYY-MM-DD") : null}
      onChange={(day) => onChange(day ? day.format("YYYY-MM-DD") : null)}
    />
  );
}

interface ChoiceProps extends EditorProps<unknown> {
  choices: TermChoice[];
  several: boolean;
}

export function ChoiceField({ value, label, placeholder = label, choices, several, onChange }: ChoiceProps) {
  const words = useWords();
  return (
    <Select
      aria-label={label}
      allowClear
      mode={several ? "multiple" : undefined}
      showSearch={{ optionFilterProp: "label" }}
      style={{ minWidth: several ? 200 : 140, maxWidth: "100%" }}
      placeholder={placeholder}
      value={value as never}
      options={choices.map((choice) => ({ value: choice.value, label: words(choice.name) }))}
      onChange={onChange}
    />
  );
}

/** What people type: a word, several, or a number where it is one. */
export function TextField({ value, label, placeholder = label, onChange }: EditorProps<unknown>) {
  return (
    <Input
      aria-label={label}
      placeholder={placeholder}
      maxLength={500}
      style={{ width: 180 }}
      value={typeof value === "string" || typeof value === "number" ? String(value) : ""}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export function TextsField({ value, label, placeholder = label, onChange }: EditorProps<unknown>) {
  return (
    <Select
      mode="tags"
      open={false}
      suffixIcon={null}
      aria-label={label}
      placeholder={placeholder}
      tokenSeparators={[",", "，", "、"]}
      style={{ minWidth: 200, maxWidth: "100%" }}
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={onChange}
    />
  );
}

export function NumberField({
  value,
  label,
  placeholder = label,
  unit,
  onChange,
}: EditorProps<unknown> & { unit?: string }) {
  return (
    <InputNumber
      aria-label={label}
      placeholder={placeholder}
      style={{ width: 110 }}
      suffix={unit}
      value={typeof value === "number" ? value : null}
      onChange={onChange}
    />
  );
}

export function FlagField({ value, label, onChange }: EditorProps<unknown>) {
  const { t } = useTranslation();
  const options = [
    { value: true, label: t("segments.yes") },
    { value: false, label: t("segments.no") },
  ];
  return (
    <Select
      aria-label={label}
      style={{ width: 90 }}
      value={value as never}
      options={options}
      onChange={onChange}
    />
  );
}
