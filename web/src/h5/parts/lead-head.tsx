import { useTranslation } from "react-i18next";
import type { PhoneLeadCard } from "../api/client";
import { useWorldNow } from "../api/world-clock";
import { Face } from "./face";
import css from "./lead-head.module.css";
import { useMomentText } from "./words";

/** Who it is and where they came from. */
export function LeadHead({ card, onBack }: { card: PhoneLeadCard; onBack: () => void }) {
  const { t } = useTranslation();
  const moment = useMomentText();
  const now = useWorldNow();
  const { lead } = card;
  const name = lead.name || t("h5.lead.nameless");
  return (
    <header className={css.head}>
      <nav>
        <button type="button" className={css.back} onClick={onBack} aria-label={t("h5.back")}>
          <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path d="m15 5-7 7 7 7" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
          </svg>
        </button>
        <span className={css.stage}>{t(`h5.stage.${lead.stage}`)}</span>
      </nav>
      <div className={css.who}>
        <Face name={name} size={52} />
        <div>
          <h1>{name}</h1>
          {lead.company && <p>{lead.company}</p>}
        </div>
        {lead.score !== null && (
          <span className={css.score}>
            <b>{lead.score}</b>
            <small>{t("h5.lead.score")}</small>
          </span>
        )}
      </div>
      <p className={css.source}>
        {t("h5.lead.from", {
          source: lead.source ?? t("h5.lead.noSource"),
          moment: moment(lead.arrived_at, now),
        })}
      </p>
    </header>
  );
}
