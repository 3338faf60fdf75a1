import { Tooltip } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { LeadFigures as Pair } from "@/api/types";
import { durationText } from "@/shared/format/duration";
import { formatNumber } from "@/shared/format/format";
import styles from "./leads.module.css";
import { useLeadFigures } from "./use-leads";

type Values = Pair["now"];
const compared = ["created", "qualified", "sql", "contact_p90"] as const;
const standing = ["late", "pool"] as const;

function shown(t: TFunction, key: (typeof compared)[number], values: Values): string {
  const value = values[key];
  if (value === null) return t("common.none");
  return key === "contact_p90" ? durationText(t, value) : formatNumber(value);
}

/** How the first contacts are known, the most frequent kind first. */
function evidenceText(t: TFunction, { evidence }: Values): string {
  const kinds = Object.entries(evidence).sort(([, a], [, b]) => b - a);
  const parts = kinds.map(
    ([kind, count]) => `${t(`leads.evidence.${kind as "marked"}`)} ${formatNumber(count)}`,
  );
  return parts.join(t("common.listSeparator")) || t("common.none");
}

/** Four weeks beside the four before, and what stands open now. */
export function LeadFigures() {
  const { t } = useTranslation();
  const { data } = useLeadFigures();
  if (!data) return <div className={`card ${styles.figures}`} />;
  return (
    <dl className={`card ${styles.figures}`} aria-label={t("leads.figures.label", { days: data.days })}>
      {compared.map((key) => (
        <div key={key}>
          <dt>
            <Tooltip title={t(`leads.figures.${key}Hint`, { evidence: evidenceText(t, data.now) })}>
              {t(`leads.figures.${key}`)}
            </Tooltip>
          </dt>
          <dd className="tabular">{shown(t, key, data.now)}</dd>
          <dd className={styles.faint}>{t("leads.figures.before", { value: shown(t, key, data.before) })}</dd>
        </div>
      ))}
      {standing.map((key) => (
        <div key={key}>
          <dt>{t(`leads.figures.${key}`)}</dt>
          <dd className={`tabular ${key === "late" && data.now.late > 0 ? styles.alarm : ""}`}>
            {formatNumber(data.now[key])}
          </dd>
          <dd className={styles.faint}>{t("leads.figures.of", { all: formatNumber(data.now.open) })}</dd>
        </div>
      ))}
    </dl>
  );
}
