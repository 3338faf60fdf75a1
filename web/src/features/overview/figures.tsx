import { Tooltip } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Overview } from "@/api/types";
import { durationText } from "@/shared/format/duration";
import { formatNumber } from "@/shared/format/format";
import styles from "./overview.module.css";

type Values = Overview["now"];
type Key = "qualified" | "sql" | "cost_per_sql" | "contact_p90";

const places: Record<Key, string> = {
  qualified: "/leads?stage=mql",
  sql: "/leads?stage=sql",
  cost_per_sql: "/campaigns",
  contact_p90: "/leads?order=next",
};

function shown(t: TFunction, key: Key, values: Values): string {
  const value = values[key];
  if (value === null) return "—";
  if (key === "cost_per_sql") return `¥${formatNumber(Math.round(value))}`;
  return key === "contact_p90" ? durationText(t, value) : formatNumber(value);
}

function Figure({ name, overview }: { name: Key; overview: Overview }) {
  const { t } = useTranslation();
  const { now, before, days } = overview;
  const earlier = t("overview.figures.before", { days, value: shown(t, name, before) });
  return (
    <Link to={places[name]} className={`card ${styles.figure}`}>
      <Tooltip title={t(`overview.figures.${name}Hint`)}>
        <span className={styles.figureLabel}>{t(`overview.figures.${name}`)}</span>
      </Tooltip>
      <strong className={`tabular ${styles.figureValue}`}>{shown(t, name, now)}</strong>
      <span className={styles.figureText}>
        {now[name] === null ? t(`overview.figures.${name as "cost_per_sql" | "contact_p90"}None`) : earlier}
      </span>
    </Link>
  );
}

/** Four figures, each beside that of the four weeks before; each leads to where its cases stand. */
export function Figures({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  return (
    <section className={styles.figures} aria-label={t("overview.figures.label")}>
      <Figure name="qualified" overview={overview} />
      <Figure name="sql" overview={overview} />
      <Figure name="cost_per_sql" overview={overview} />
      <Figure name="contact_p90" overview={overview} />
    </section>
  );
}
