import { DatePicker, TimePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import "dayjs/locale/zh-cn";
import updateLocale from "dayjs/plugin/updateLocale";
import type { CSSProperties } from "react";

/** Weeks begin on Mondays in either language, as in the weekly report. */
dayjs.extend(updateLocale);
dayjs.updateLocale("en", { weekStart: 1 });

interface Props {
  id?: string;
  /** Where no label of a form stands beside it. */
  label?: string;
  value?: string | null | undefined;
  onChange?(value: string | undefined): void;
  className?: string;
  style?: CSSProperties;
}

/** What is stored is a clock in Beijing without a zone: it is shown as it is, wherever the browser stands. */
const bind = (
  { label, value, onChange, ...rest }: Props,
  stored: string,
  parse: (text: string) => Dayjs,
) => ({
  ...rest,
  "aria-label": label,
  value: value ? parse(value) : null,
  onChange: (chosen: Dayjs | null) => onChange?.(chosen ? chosen.format(stored) : undefined),
  needConfirm: false,
  showNow: false,
});

/** A Beijing day: 2026-11-26; none before the earliest or after the latest. */
export function DayPicker({
  earliest,
  latest,
  ...props
}: Props & { earliest?: string | undefined; latest?: string | undefined }) {
  return (
    <DatePicker
      {...bind(props, "YYYY-MM-DD", (text) => dayjs(text))}
      minDate={earliest ? dayjs(earliest) : undefined}
      maxDate={latest ? dayjs(latest) : undefined}
    />
  );
}

/** A minute in Beijing by a clock of 24 hours: 2026-11-26T09:30. */
export function MomentPicker(props: Props) {
  return (
    <DatePicker
      {...bind(props, "YYYY-MM-DD[T]HH:mm", (text) => dayjs(text))}
      format="YYYY-MM-DD HH:mm"
      showTime={{ format: "HH:mm" }}
    />
  );
}

/** A time of day in Beijing: 09:30. */
export function TimeOfDayPicker(props: Props) {
  return <TimePicker {...bind(props, "HH:mm", (text) => dayjs(`2000-01-01T${text}`))} format="HH:mm" />;
}
