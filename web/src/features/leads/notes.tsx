import { useTranslation } from "react-i18next";
import type { LeadDetail } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import styles from "./leads.module.css";

/** Follow-ups, newest first. */
export function Notes({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.part}`} aria-labelledby="notes-title">
      <h2 id="notes-title">{t("leads.note.title")}</h2>
      {lead.notes.length === 0 && <p className={styles.faint}>{t("leads.note.empty")}</p>}
      <ol className={styles.notes}>
        {lead.notes.map((note) => (
          <li key={note.id}>
            <p>{note.note}</p>
            <p className={styles.faint}>
              {note.by || t("leads.note.console")} · <Moment at={note.at} />
              {note.next_at && (
                <>
                  {" · "}
                  {t("leads.note.next")} <Moment at={note.next_at} />
                </>
              )}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
