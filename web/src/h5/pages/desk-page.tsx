import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneDesk } from "../api/client";
import { LeadRow } from "../parts/lead-row";
import css from "./desk-page.module.css";

const buckets = ["new", "overdue", "today", "later"] as const;
type Bucket = (typeof buckets)[number];

interface Props {
  desk: PhoneDesk;
  onOpen: (id: string) => void;
}

/** The member's own leads: what is new, what is late, what is due today. */
export function DeskPage({ desk, onOpen }: Props) {
  const { t } = useTranslation();
  const [only, setOnly] = useState<Bucket | null>(null);
  const { counts, leads } = desk;
  const shown = buckets.filter((bucket) => counts[bucket] > 0 && (only === null || only === bucket));
  return (
    <>
      <nav className={css.figures} aria-label={t("h5.desk.figures")}>
        {buckets.slice(0, 3).map((bucket) => (
          <button
            type="button"
            key={bucket}
            aria-pressed={only === bucket}
            className={`${css.figure} ${counts[bucket] > 0 ? css[bucket] : ""}`}
            onClick={() => setOnly(only === bucket ? null : bucket)}
          >
            <b>{counts[bucket]}</b>
            <span>{t(`h5.bucket.${bucket}`)}</span>
          </button>
        ))}
      </nav>
      {leads.length === 0 || shown.length === 0 ? (
        <div className={css.empty}>
          <b>{t(only === null ? "h5.desk.empty" : "h5.desk.emptyBucket")}</b>
          <p>{t("h5.desk.emptyHint")}</p>
        </div>
      ) : (
        shown.map((bucket) => (
          <section key={bucket} className={css.group} aria-label={t(`h5.bucket.${bucket}`)}>
            <h2>
              {t(`h5.bucket.${bucket}`)} <span>{counts[bucket]}</span>
            </h2>
            <ul>
              {leads
                .filter((lead) => lead.bucket === bucket)
                .map((lead) => (
                  <LeadRow key={lead.id} lead={lead} onOpen={onOpen} />
                ))}
            </ul>
          </section>
        ))
      )}
    </>
  );
}
