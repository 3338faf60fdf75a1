import { useTranslation } from "react-i18next";
import type { Duty } from "@/api/types";
import { StateDot } from "@/shared/components/state-dot";
import { formatDate } from "@/shared/format/format";
import { groupWeek } from "./spans";
import styles from "./staff.module.css";

/** When a member works, and whether just now. */
export function ShiftText({ duty, now }: { duty: Duty; now: Date }) {
  const { t } = useTranslation();
  const stretches = groupWeek(duty.week);
  const away = duty.away_until && new Date(duty.away_until) > now ? new Date(duty.away_until) : null;
  const day = (number: number) => t(`staff.weekday.${String(number) as "0"}`);
  return (
    <>
      <StateDot tone={duty.working ? "good" : "quiet"}>
        {away
          ? t("staff.shift.away", { day: formatDate(new Date(away.getTime() - 1)) })
          : t(duty.working ? "staff.shift.working" : "staff.shift.off")}
      </StateDot>
      <div className={`tabular ${styles.faint}`}>
        {stretches.length === 0
          ? t("staff.shift.never")
          : stretches
              .map(({ first, last, spans }) =>
                first === last ? `${day(first)} ${spans}` : `${day(first)}–${day(last)} ${spans}`,
              )
              .join(t("staff.shift.separator"))}
      </div>
    </>
  );
}
