import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { percent } from "@/shared/components/path-strip/rate-text";
import { formatNumber } from "@/shared/format/format";
import { useShipped } from "@/shared/hooks/use-shipped";
import styles from "./baseline.module.css";
import type { Finding } from "./use-baseline";

const places: Record<Finding["key"], string> = {
  hop: "/paths",
  source: "/campaigns",
  reads: "/articles",
  footer: "/articles",
  unionid: "/settings/onboarding",
  doubled: "/imports",
};

function shareText(value: number | null): string {
  return value === null ? "—" : `${percent(value)}%`;
}

/** 1% (about 0.64%–1.6%). */
function rateText(t: TFunction, rate: Finding["rate"]): string {
  if (!rate) return "—";
  const between = t("paths.interval", { low: percent(rate.low ?? 0), high: percent(rate.high ?? 0) });
  return `${shareText(rate.value)}${between.startsWith("（") ? "" : " "}${between}`;
}

function gain({ low, high }: Finding): string {
  const from = formatNumber(low ?? 0);
  const to = formatNumber(high ?? 0);
  return from === to ? to : `${from}–${to}`;
}

function textOf(t: TFunction, finding: Finding): string {
  const { key, name, rate, other } = finding;
  return t(`baseline.finding.${key}`, {
    name: key === "hop" ? t(`baseline.hop.${name as "lead_won"}`) : name,
    count: finding.count,
    shown: formatNumber(finding.count),
    rate: rateText(t, rate),
    other: rateText(t, other),
    target: shareText(finding.target),
    gain: gain(finding),
    whole: formatNumber(rate?.entered ?? 0),
  });
}

function Basis({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  if (finding.basis === null) return null;
  const source = shipped(finding.benchmark_source ?? "");
  return (
    <span className={styles.faint}>
      {finding.basis === "own" ? t("baseline.basis.own") : t("baseline.basis.benchmark", { source })}
    </span>
  );
}

/** At most three things to do first. */
export function Findings({ findings }: { findings: Finding[] }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="baseline-findings">
      <h2 id="baseline-findings">{t("baseline.findings")}</h2>
      {findings.length === 0 ? (
        <p className={styles.faint}>{t("baseline.noFindings")}</p>
      ) : (
        <ol className={styles.findings}>
          {findings.map((finding) => (
            <li key={finding.key}>
              <Link to={places[finding.key]}>{textOf(t, finding)}</Link>
              <Basis finding={finding} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
