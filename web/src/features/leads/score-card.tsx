import { useTranslation } from "react-i18next";
import type { LeadDetail } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./leads.module.css";

type Part = LeadDetail["parts"][number];

function PartRow({ part }: { part: Part }) {
  const { t } = useTranslation();
  const { points, count, most, kind, key } = part;
  const [missing, worth] =
    kind === "fit"
      ? (["leads.score.unknown", "leads.score.ifSo"] as const)
      : (["leads.score.noSource", "leads.score.each"] as const);
  return (
    <li data-quiet={!points}>
      <span>
        {t(`leads.signal.${key as "need"}`)}
        {count > 1 && <span className={styles.faint}> ×{formatNumber(count)}</span>}
      </span>
      <span className="tabular">
        {points === null ? <span className={styles.faint}>{t(missing)}</span> : signed(points)}
        <span className={styles.faint}> {t(worth, { points: signed(most) })}</span>
      </span>
    </li>
  );
}

function signed(points: number): string {
  return points > 0 ? `+${formatNumber(points)}` : formatNumber(points).replace("-", "−");
}

/** Why the score is what it is: every part, those without a source too. */
export function ScoreCard({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation();
  const parts = (kind: string) =>
    lead.parts
      .filter((part) => part.kind === kind)
      .sort((a, b) => Math.abs(b.points ?? 0) - Math.abs(a.points ?? 0));
  return (
    <section className={`card ${styles.part}`} aria-labelledby="score-title">
      <h2 id="score-title">
        {t("leads.score.title")} <strong className="tabular">{lead.score}</strong>
      </h2>
      <p className={styles.faint}>{t("leads.score.text", { fit: lead.fit, engagement: lead.engagement })}</p>
      {(["fit", "engagement"] as const).map((kind) => (
        <div key={kind}>
          <h3>{t(`leads.score.${kind}`)}</h3>
          <ul className={styles.parts}>
            {parts(kind).map((part) => (
              <PartRow key={part.key} part={part} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
