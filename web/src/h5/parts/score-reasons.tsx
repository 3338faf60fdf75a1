import { useTranslation } from "react-i18next";
import type { PhoneLeadCard } from "../api/client";
import { Panel } from "./panel";
import css from "./score-reasons.module.css";

/** Why the score is what it is; a signal nobody measures says so instead of a zero. */
export function ScoreReasons({ card }: { card: PhoneLeadCard }) {
  const { t, i18n } = useTranslation();
  if (card.score_parts.length === 0) return null;
  return (
    <Panel title={t("h5.score.title")}>
      <dl className={css.parts}>
        {card.score_parts.map(({ signal, points }) => (
          <div key={signal}>
            <dt>{i18n.exists(`h5.signal.${signal}`) ? t(`h5.signal.${signal as "other"}`) : signal}</dt>
            <dd className={points === null ? css.unknown : undefined}>
              {points === null ? t("h5.score.noSource") : points > 0 ? `+${points}` : points}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
