import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RateText } from "@/shared/components/path-strip/rate-text";
import { TabBar } from "@/shared/components/tab-bar";
import { formatNumber } from "@/shared/format/format";
import { useMoney } from "@/shared/hooks/use-money";
import { Figure } from "./account";
import styles from "./baseline.module.css";
import { FieldRate } from "./field-rate";
import type { History as HistoryOf, Part } from "./use-baseline";

const groups = ["sources", "months"] as const;
type Group = (typeof groups)[number];

function Parts({ parts, group }: { parts: Part[]; group: Group }) {
  const { t } = useTranslation();
  const money = useMoney();
  const counts = ["persons", "qualified", "sql", "won"] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keys
    <section className={styles.scroll} aria-label={t(`baseline.history.${group}`)} tabIndex={0}>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th scope="col">{t(`baseline.history.${group}`)}</th>
            {counts.map((key) => (
              <th key={key} scope="col">
                {t(`baseline.history.${key}`)}
              </th>
            ))}
            <th scope="col">{t("baseline.history.rate")}</th>
            <th scope="col">{t("baseline.history.amount")}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.key}>
              <td className={styles.name}>{part.key || t("baseline.history.unknown")}</td>
              {counts.map((key) => (
                <td key={key} className="tabular">
                  {formatNumber(part[key])}
                </td>
              ))}
              <td>{part.rate.entered > 0 ? <RateText rate={part.rate} /> : "—"}</td>
              <td className="tabular">{part.amount === null ? "—" : money(part.amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Figures({ history }: { history: HistoryOf }) {
  const { t } = useTranslation();
  const money = useMoney();
  const { median_days: median, p90_days: p90 } = history;
  return (
    <section className={styles.figures} aria-label={t("baseline.history.title")}>
      <Figure label={t("baseline.history.persons")}>
        <strong className={`tabular ${styles.value}`}>{formatNumber(history.persons)}</strong>
        <span className={styles.faint}>
          {t("baseline.history.rows", {
            rows: formatNumber(history.rows),
            doubled: formatNumber(history.doubled),
          })}
        </span>
      </Figure>
      <Figure label={t("baseline.history.won")}>
        <strong className={`tabular ${styles.value}`}>{formatNumber(history.won)}</strong>
        <span className={styles.faint}>
          {history.amount === null ? t("baseline.noData") : money(history.amount)}
        </span>
      </Figure>
      <Figure label={t("baseline.history.days")}>
        <strong className={`tabular ${styles.value}`}>
          {median === null
            ? t("baseline.noData")
            : t("baseline.history.medianDays", { days: formatNumber(median) })}
        </strong>
        {p90 !== null && (
          <span className={styles.faint}>
            {t("baseline.history.p90Days", { days: formatNumber(p90), count: history.timed })}
          </span>
        )}
      </Figure>
      {history.hops.map((hop) => (
        <Figure key={hop.key} label={t(`baseline.hop.${hop.key}`)}>
          <span className={styles.rate}>
            <RateText rate={hop.rate} />
          </span>
          <FieldRate benchmark={hop.benchmark} />
        </Figure>
      ))}
    </section>
  );
}

/** What imported files tell of former leads. */
export function History({ history }: { history: HistoryOf }) {
  const { t } = useTranslation();
  const [group, setGroup] = useState<Group>("sources");
  return (
    <>
      <h2 className={styles.title}>{t("baseline.history.title")}</h2>
      <Figures history={history} />
      <section className={`card ${styles.table}`}>
        <TabBar<Group>
          label={t("baseline.history.by")}
          tabs={groups.map((key) => ({ key, label: t(`baseline.history.${key}`) }))}
          active={group}
          onChange={setGroup}
        />
        <Parts parts={history[group]} group={group} />
        <p className={styles.faint}>{t("baseline.history.hint")}</p>
      </section>
    </>
  );
}
