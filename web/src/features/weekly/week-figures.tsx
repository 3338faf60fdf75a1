import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { WeekReport } from "@/api/types";
import { durationText } from "@/shared/format/duration";
import { formatNumber } from "@/shared/format/format";
import { useMoney } from "@/shared/hooks/use-money";
import styles from "./weekly.module.css";

type Figures = WeekReport["now"];
const keys = ["leads", "qualified", "sql", "cost_per_sql", "contact_p90"] as const;
type Key = (typeof keys)[number];

function useShown(): (key: Key, figures: Figures) => string {
  const { t } = useTranslation();
  const money = useMoney();
  return (key, figures) => {
    const value = figures[key];
    if (value === null) return "—";
    if (key === "cost_per_sql") return money(Math.round(value));
    return key === "contact_p90" ? durationText(t, value) : formatNumber(value);
  };
}

/** The week's figures, each beside that of the week before. */
export function WeekFigures({ report }: { report: WeekReport }) {
  const { t } = useTranslation();
  const shown = useShown();
  const before = report.running ? "weekly.figure.beforeRunning" : "weekly.figure.before";
  return (
    <section className={styles.figures} aria-label={t("weekly.figure.label")}>
      {keys.map((key) => (
        <div key={key} className={`card ${styles.figure}`}>
          <Tooltip title={t(`weekly.figure.${key}Hint`)}>
            <span className={styles.label}>{t(`weekly.figure.${key}`)}</span>
          </Tooltip>
          <strong className={`tabular ${styles.value}`}>{shown(key, report.now)}</strong>
          <span className={styles.faint}>{t(before, { value: shown(key, report.before) })}</span>
        </div>
      ))}
    </section>
  );
}
