import { Card } from "antd";
import { useTranslation } from "react-i18next";
import type { Path, PathReport } from "@/api/types";
import { percent } from "@/shared/components/path-strip/rate-text";
import { formatNumber } from "@/shared/format/format";
import { useShipped } from "@/shared/hooks/use-shipped";
import styles from "./paths.module.css";

/** The one hop to mend, what it would bring, and why; or what is missing to say so. */
export function WeakestCard({ path, report }: { path: Path; report: PathReport }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const nameOf = (key: string) => shipped(path.stages.find((stage) => stage.key === key)?.name ?? key);
  const chance = report.weakest;
  const hop = report.hops.find(({ key }) => key === chance?.hop);
  if (!chance || !hop) {
    return (
      <Card size="small" title={t("paths.weakest.title")} className={styles.card}>
        <p className={styles.sentence}>{t("paths.weakest.nothing")}</p>
      </Card>
    );
  }
  const values = {
    rate: percent(chance.rate.value ?? 0),
    target: percent(chance.target),
    onward: percent(chance.onward),
    entered: formatNumber(chance.rate.entered),
  };
  const basis = hop.measured && chance.basis === "own" ? "ownArticles" : chance.basis;
  return (
    <Card size="small" title={t("paths.weakest.title")} className={styles.card}>
      <p className={styles.headline}>
        {nameOf(hop.source)} → {nameOf(hop.target)}
        <strong>
          {t("paths.weakest.gain", { low: formatNumber(chance.low), high: formatNumber(chance.high) })}
        </strong>
      </p>
      <p className={styles.sentence}>{t(`paths.weakest.${basis}`, values)}</p>
      <p className={styles.faint}>
        {t("paths.weakest.arithmetic", values)}
        {chance.benchmark_source && ` · ${shipped(chance.benchmark_source)}`}
      </p>
    </Card>
  );
}
