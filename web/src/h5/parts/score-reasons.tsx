import { useTranslation } from "react-i18next";
import type { PhoneLeadCard } from "../api/client";
import { Panel } from "./panel";
import css from "./score-reasons.module.css";

/** Why the score is what it is; the weightiest first; what nobody knows or measures says so instead of a zero. */
export function ScoreReasons({ card }: { card: PhoneLeadCard }) {
  const { t } = useTranslation();
  if (card.score_parts.length === 0) return null;
  const parts = [...card.score_parts].sort((a, b) => Math.abs(b.points ?? 0) - Math.abs(a.points ?? 0));
  return (
    <Panel title={t("h5.score.title")}>
      <dl className={css.parts}>
        {parts.map(({ signal, kind, points }) => (
          <div key={signal}>
            <dt>{t(`h5.signal.${signal as "need"}`)}</dt>
            <dd className={points === null ? css.unknown : undefined}>
              {points === null
                ? t(kind === "fit" ? "h5.score.unknown" : "h5.score.noSource")
                : points > 0
                  ? `+${points}`
                  : points}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
