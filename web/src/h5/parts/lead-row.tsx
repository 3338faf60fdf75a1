import { useTranslation } from "react-i18next";
import type { PhoneLead } from "../api/client";
import { useWorldNow } from "../api/world-clock";
import { ClockPill } from "./clock-pill";
import { Face } from "./face";
import css from "./lead-row.module.css";
import { useMomentText } from "./words";

/** One lead of the list; all of it can be tapped. */
export function LeadRow({ lead, onOpen }: { lead: PhoneLead; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const moment = useMomentText();
  const now = useWorldNow();
  const name = lead.name || t("h5.lead.nameless");
  return (
    <li>
      <button type="button" className={css.row} onClick={() => onOpen(lead.id)}>
        <Face name={name} />
        <span className={css.body}>
          <span className={css.first}>
            <b>{name}</b>
            {lead.clock === null ? (
              lead.next_at !== null && (
                <span className={lead.bucket === "overdue" ? css.late : css.next}>
                  {moment(lead.next_at, now)}
                </span>
              )
            ) : (
              <ClockPill clock={lead.clock} />
            )}
          </span>
          {lead.company && <span className={css.company}>{lead.company}</span>}
          <span className={css.meta}>
            <span className={css.stage}>{t(`h5.stage.${lead.stage}`)}</span>
            <span className={css.source}>{lead.source ?? t("h5.lead.noSource")}</span>
            {lead.next_at === null && <time>{moment(lead.arrived_at, now)}</time>}
          </span>
        </span>
      </button>
    </li>
  );
}
