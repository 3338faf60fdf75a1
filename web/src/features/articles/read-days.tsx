import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { ArticleDetail } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./articles.module.css";

type Day = ArticleDetail["days"][number];
const height = 80;

function Bars({ days, what }: { days: Day[]; what: "reads" | "friends" }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...days.map((day) => day[what]));
  return (
    <div>
      <p className={styles.faint}>
        {t(`articles.days.${what}`, { most: formatNumber(Math.max(...days.map((day) => day[what]))) })}
      </p>
      <div className={styles.bars} style={{ height }}>
        {days.map((day) => (
          <Tooltip
            key={day.day}
            title={t("articles.days.one", {
              day: day.day,
              reads: formatNumber(day.reads),
              friends: formatNumber(day.friends),
            })}
          >
            <span className={styles.bar}>
              <span className={styles[what]} style={{ height: (day[what] / most) * height }} />
            </span>
          </Tooltip>
        ))}
      </div>
    </div>
  );
}

/** Friends and, where they are told, reads day by day, each with a scale of its own. */
export function ReadDays({ days, counted }: { days: Day[]; counted: boolean }) {
  const { t } = useTranslation();
  if (days.length === 0) return null;
  return (
    <section className={`card ${styles.part}`} aria-label={t("articles.days.title")}>
      <h2>{t("articles.days.title")}</h2>
      <Bars days={days} what="friends" />
      {counted && <Bars days={days} what="reads" />}
      <div className={`${styles.axis} tabular`} aria-hidden>
        <span>{days[0]?.day.slice(5)}</span>
        <span>{days.at(-1)?.day.slice(5)}</span>
      </div>
    </section>
  );
}
