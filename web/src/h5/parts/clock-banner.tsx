import { useTranslation } from "react-i18next";
import type { PhoneLeadCard } from "../api/client";
import { useWorldNow } from "../api/world-clock";
import css from "./clock-banner.module.css";
import { readClock } from "./clock-pill";
import { spanText, useMomentText } from "./words";

/** When the first contact was and by which evidence it is known. */
function Contacted({ card }: { card: PhoneLeadCard }) {
  const { t } = useTranslation();
  const moment = useMomentText();
  const now = useWorldNow();
  if (card.contacted_at === null || card.evidence === null) return null;
  return (
    <section className={`${css.banner} ${css.done}`}>
      <div>
        <b>{t("h5.banner.contacted", { moment: moment(card.contacted_at, now) })}</b>
        <p>{t("h5.banner.evidence", { evidence: t(`h5.evidence.${card.evidence}`) })}</p>
      </div>
    </section>
  );
}

/** The clock that runs now, large, and the first contact: a colleague may have made it before the lead is accepted. */
export function ClockBanner({ card }: { card: PhoneLeadCard }) {
  return (
    <>
      <Clock card={card} />
      <Contacted card={card} />
    </>
  );
}

function Clock({ card }: { card: PhoneLeadCard }) {
  const { t } = useTranslation();
  const moment = useMomentText();
  const now = useWorldNow();
  const { clock } = card.lead;
  if (card.waiting_until !== null && card.accepted_at === null) {
    return (
      <section className={`${css.banner} ${css.later}`}>
        <div>
          <b>{t("h5.banner.waiting")}</b>
          <p>{t("h5.banner.waitingText", { moment: moment(card.waiting_until, now) })}</p>
        </div>
      </section>
    );
  }
  if (clock === null) return null;
  const { left, urgency } = readClock(clock, now);
  return (
    <section className={`${css.banner} ${css[urgency]}`} aria-label={t(`h5.clock.${clock.kind}`)}>
      <div>
        <b>{t(`h5.banner.${clock.kind}`)}</b>
        <p>{t(`h5.banner.${urgency}`)}</p>
      </div>
      {clock.due !== null && (
        <span className={css.span} role="timer">
          {urgency === "later" ? moment(clock.due, now) : `${left < 0 ? "+" : ""}${spanText(left)}`}
        </span>
      )}
    </section>
  );
}
