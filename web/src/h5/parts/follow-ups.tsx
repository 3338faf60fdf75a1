import { useTranslation } from "react-i18next";
import type { PhoneLeadCard } from "../api/client";
import { useWorldNow } from "../api/world-clock";
import css from "./follow-ups.module.css";
import { Panel } from "./panel";
import { useMomentText } from "./words";

/** What was said so far, newest first. */
export function FollowUps({ card }: { card: PhoneLeadCard }) {
  const { t } = useTranslation();
  const moment = useMomentText();
  const now = useWorldNow();
  const { lead, follow_ups } = card;
  return (
    <Panel
      title={t("h5.followUps.title")}
      hint={lead.next_at === null ? undefined : t("h5.followUps.next", { moment: moment(lead.next_at, now) })}
    >
      {follow_ups.length === 0 ? (
        <p className={css.none}>{t("h5.followUps.none")}</p>
      ) : (
        <ul className={css.notes}>
          {follow_ups.map((each) => (
            <li key={`${each.at}${each.note}`}>
              <p>{each.note}</p>
              <small>
                {each.staff || t("h5.followUps.console")} · {moment(each.at, now)}
              </small>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
