import { Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { HopReport, Path, PathReport } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import { useShipped } from "@/shared/hooks/use-shipped";
import styles from "./path-strip.module.css";
import { percent, RateText } from "./rate-text";

interface Props {
  path: Path;
  report: PathReport;
  selected: string;
  onSelect(hop: string): void;
}

/** The hop's figures: official totals where there are any, since most readers are no persons of ours. */
function figuresOf(hop: HopReport) {
  return hop.measured ?? hop;
}

function Change({ hop }: { hop: HopReport }) {
  const { t } = useTranslation();
  const { rate, before } = figuresOf(hop);
  if (rate.value === null || before.value === null || rate.few || before.few) return null;
  const points = (rate.value - before.value) * 100;
  const text = `${points >= 0 ? "+" : "−"}${formatNumber(Math.abs(points))}`;
  return (
    <span className={styles.faint}>{t("paths.change", { points: text, before: percent(before.value) })}</span>
  );
}

/** Every hop as a step from stage to stage; the one to mend is marked. */
export function PathStrip({ path, report, selected, onSelect }: Props) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const nameOf = (key: string) => shipped(path.stages.find((stage) => stage.key === key)?.name ?? key);
  const owners = new Map(path.hops.map(({ key, owner }) => [key, owner]));
  const sourceless = ({ source, target }: HopReport) =>
    path.stages.some(({ key, has_source }) => !has_source && (key === source || key === target));
  return (
    <ol className={styles.strip} aria-label={t("paths.strip")}>
      {report.hops.map((hop) => {
        const weak = report.weakest?.hop === hop.key;
        return (
          <li key={hop.key}>
            <button
              type="button"
              className={`${styles.hop} ${weak ? styles.weak : ""}`}
              aria-pressed={hop.key === selected}
              onClick={() => onSelect(hop.key)}
            >
              <span className={styles.hopName}>
                {nameOf(hop.source)} → {nameOf(hop.target)}
                {weak && <Tag color="warning">{t("paths.weak")}</Tag>}
              </span>
              {sourceless(hop) ? (
                <Tooltip title={t("paths.noSourceHint")}>
                  <span className={styles.faint}>{t("paths.noSource")}</span>
                </Tooltip>
              ) : (
                <RateText rate={figuresOf(hop).rate} enoughDays={hop.measured ? null : hop.enough_days} />
              )}
              <span className={styles.faint}>
                {shipped(hop.mechanism)}
                {owners.get(hop.key) && ` · ${shipped(owners.get(hop.key) ?? "")}`}
                {hop.measured && ` · ${t("paths.official")}`}
              </span>
              <Change hop={hop} />
            </button>
          </li>
        );
      })}
    </ol>
  );
}
