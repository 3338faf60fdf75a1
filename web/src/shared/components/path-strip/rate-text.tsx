import { useTranslation } from "react-i18next";
import type { Rate } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./path-strip.module.css";

/** 21.4, and two figures of what is below one in a hundred: 0.027. */
export function percent(share: number): string {
  const value = share * 100;
  if (value >= 1 || value === 0) return formatNumber(value);
  return new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 }).format(value);
}

/** How many of how many; the percentage with its interval only where there are enough. */
export function RateText({ rate, enoughDays }: { rate: Rate; enoughDays?: number | null }) {
  const { t } = useTranslation();
  return (
    <span className="tabular">
      {formatNumber(rate.passed)} / {formatNumber(rate.entered)}
      {rate.entered > 0 && <RateShare rate={rate} />}
      {enoughDays && <span className={styles.faint}> · {t("paths.enoughDays", { days: enoughDays })}</span>}
    </span>
  );
}

function RateShare({ rate }: { rate: Rate }) {
  const { t } = useTranslation();
  if (rate.few || rate.value === null)
    return <span className={styles.faint}> · {t("common.fewSamples")}</span>;
  return (
    <>
      {" · "}
      <strong>{percent(rate.value)}%</strong>
      <span className={styles.faint}>
        {" "}
        {t("paths.interval", { low: percent(rate.low ?? 0), high: percent(rate.high ?? 0) })}
      </span>
    </>
  );
}
