import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Overview, Path, PathReport } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import { useShipped } from "@/shared/hooks/use-shipped";
import styles from "./overview.module.css";

interface Props {
  overview: Overview;
  path?: Path | undefined;
  report?: PathReport | undefined;
}

function Step({ count, text, to }: { count: number; text: string; to: string }) {
  return (
    <Link to={to} className={styles.headStep}>
      <strong className="tabular">{formatNumber(count)}</strong> {text}
    </Link>
  );
}

/** The hop to mend first and what it would bring, or what is missing to say so. */
function Mend({ path, report }: { path: Path; report: PathReport }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const chance = report.weakest;
  const hop = report.hops.find(({ key }) => key === chance?.hop);
  if (!chance || !hop) return <p className={styles.mend}>{t("overview.headline.nothing")}</p>;
  const nameOf = (key: string) => shipped(path.stages.find((stage) => stage.key === key)?.name ?? key);
  return (
    <p className={styles.mend}>
      {t("overview.headline.mend")}
      <Link to={`/paths/${path.id}?hop=${hop.key}`} className={styles.mendHop}>
        {nameOf(hop.source)} → {nameOf(hop.target)}
      </Link>
      {t("overview.headline.gain", { low: formatNumber(chance.low), high: formatNumber(chance.high) })}
    </p>
  );
}

/** Four weeks in one sentence: who came, who qualified, and which hop to mend first. */
export function Headline({ overview, path, report }: Props) {
  const { t } = useTranslation();
  const { now, days } = overview;
  const reads = report?.hops.find(({ measured }) => measured)?.measured?.rate.entered;
  return (
    <section className={`card ${styles.headline}`} aria-label={t("overview.headline.label")}>
      <p className={styles.sentence}>
        <span className={styles.faint}>{t("overview.headline.days", { days })}</span>
        {reads !== undefined && (
          <>
            <Step count={reads} text={t("overview.headline.reads")} to="/articles?days=28" />
            <span aria-hidden="true">→</span>
          </>
        )}
        <Step count={now.friends} text={t("overview.headline.friends")} to="/persons" />
        <span aria-hidden="true">→</span>
        <Step count={now.qualified} text={t("overview.headline.qualified")} to="/leads?stage=mql" />
        <span aria-hidden="true">→</span>
        <Step count={now.sql} text={t("overview.headline.sql")} to="/leads?stage=sql" />
      </p>
      {path && report ? (
        <Mend path={path} report={report} />
      ) : (
        <p className={styles.mend}>
          <Link to="/paths">{t("overview.headline.noPath")}</Link>
        </p>
      )}
    </section>
  );
}
