import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { daysAgo, formatClock, formatMoment, formatShort, minutesAgo } from "@/shared/format/format";
import { useNow } from "@/shared/hooks/use-now";

const freshMinutes = 60;

/** A moment in Beijing time: near ones in words, all in full on hover. */
export function Moment({ at, relative = false }: { at: string; relative?: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  const moment = new Date(at);
  return (
    <Tooltip title={`${formatMoment(moment)} ${t("common.time.beijing")}`}>
      <time dateTime={at} className="tabular">
        {relative ? <Near moment={moment} now={now} /> : formatShort(moment, now)}
      </time>
    </Tooltip>
  );
}

function Near({ moment, now }: { moment: Date; now: Date }) {
  const { t } = useTranslation();
  const minutes = minutesAgo(moment, now);
  if (minutes < 1) return t("common.time.justNow");
  if (minutes < freshMinutes) return t("common.time.minutesAgo", { count: minutes });
  const days = daysAgo(moment, now);
  if (days === 0) return `${t("common.time.today")} ${formatClock(moment)}`;
  if (days === 1) return `${t("common.time.yesterday")} ${formatClock(moment)}`;
  return formatShort(moment, now);
}
