import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Overview } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./overview.module.css";

interface FigureProps {
  label: string;
  hint: string;
  value: number;
  text: string;
  to: string;
  alarming?: boolean;
}

function Figure({ label, hint, value, text, to, alarming = false }: FigureProps) {
  return (
    <Link to={to} className={`card ${styles.figure}`} data-alarming={alarming}>
      <Tooltip title={hint}>
        <span className={styles.figureLabel}>{label}</span>
      </Tooltip>
      <strong className={`tabular ${styles.figureValue}`}>{formatNumber(value)}</strong>
      <span className={styles.figureText}>{text}</span>
    </Link>
  );
}

/** Four figures in plain words; each leads to where its cases stand. */
export function Figures({ counts }: { counts: Overview["counts"] }) {
  const { t } = useTranslation();
  const { dead_letters: waiting, commands_uncertain: uncertain } = counts;
  return (
    <section className={styles.figures} aria-label={t("overview.figures.label")}>
      <Figure
        label={t("overview.figures.today")}
        hint={t("overview.figures.todayHint")}
        value={counts.persons_today}
        text={t("overview.figures.todayText", { total: formatNumber(counts.persons) })}
        to="/persons"
      />
      <Figure
        label={t("overview.figures.welcomes")}
        hint={t("overview.figures.welcomesHint")}
        value={counts.welcomes_sent_today}
        text={t("overview.figures.welcomesText")}
        to="/sources"
      />
      <Figure
        label={t("overview.figures.sources")}
        hint={t("overview.figures.sourcesHint")}
        value={counts.sources_ready}
        text={t("overview.figures.sourcesText")}
        to="/sources?status=ready"
      />
      <Figure
        label={t("overview.figures.waiting")}
        hint={t("overview.figures.waitingHint")}
        value={waiting}
        text={
          waiting === 0
            ? t("overview.figures.waitingNone")
            : t("overview.figures.waitingText", {
                failed: formatNumber(waiting - uncertain),
                uncertain: formatNumber(uncertain),
              })
        }
        to="/settings/dead-letters"
        alarming={waiting > 0}
      />
    </section>
  );
}
