import { Button, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { ContactStanding as Standing } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import { Moment } from "@/shared/components/moment";
import { StateDot } from "@/shared/components/state-dot";
import { type ContactAct, ContactNoteModal } from "./contact-note-modal";
import styles from "./person-page.module.css";
import { useContactStanding } from "./use-persons";

function Marketing({ standing }: { standing: Standing }) {
  const { t } = useTranslation();
  if (standing.opted_out) return <StateDot tone="bad">{t("persons.contact.optedOut")}</StateDot>;
  if (standing.complaint) return <StateDot tone="bad">{t("persons.contact.complaint")}</StateDot>;
  if (!standing.related && !standing.wants && standing.sign_ups.length === 0)
    return <StateDot tone="warn">{t("persons.contact.noBasis")}</StateDot>;
  if (standing.marketing_per_week === 0) return <StateDot tone="warn">{t("persons.contact.off")}</StateDot>;
  const until = [standing.sales_talk_until, standing.next_marketing_at].filter((each) => each !== null);
  const [latest] = until.sort().reverse();
  if (latest === undefined) return <StateDot tone="good">{t("persons.contact.may")}</StateDot>;
  return (
    <StateDot tone="warn">
      {t(standing.sales_talk_until ? "persons.contact.talk" : "persons.contact.later")} <Moment at={latest} />
    </StateDot>
  );
}

function Entries({ entries }: { entries: Standing["entries"] }) {
  const { t } = useTranslation();
  return (
    <ul>
      {entries.map((entry) => (
        <li key={`${entry.at} ${entry.act}`} className={styles.relation}>
          <div className={styles.relationTimes}>
            <strong>{t(`persons.contact.act.${entry.act}`)}</strong>
            <Moment at={entry.at} />
          </div>
          <p className={styles.faint}>
            {entry.word
              ? t("persons.contact.byWord", { word: entry.word, account: entry.account_name ?? "—" })
              : t("persons.contact.byHand", { user: entry.user_name ?? "—", reason: entry.reason ?? "—" })}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** Whether the person may be written to, since when and why; opt-outs and complaints are noted here. */
export function ContactStanding({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const { data } = useContactStanding(personId);
  const [act, setAct] = useState<ContactAct | null>(null);
  if (data === undefined) return null;
  const acts: ContactAct[] = [
    data.opted_out ? "opted_in" : "opted_out",
    data.complaint ? "complaint_closed" : "complaint_opened",
  ];
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="contact-title">
      <h2 id="contact-title">{t("persons.contact.title")}</h2>
      <Marketing standing={data} />
      <p className={styles.faint}>
        {t("persons.contact.count", { count: data.marketing, most: data.marketing_per_week })}
      </p>
      {data.sign_ups.length > 0 && (
        <p className={styles.faint}>
          {t("persons.contact.signedUp")}{" "}
          {data.sign_ups.map((id) => (
            <CampaignLink key={id} id={id} />
          ))}
        </p>
      )}
      {data.entries.length > 0 && <h3>{t("persons.contact.ledger")}</h3>}
      <Entries entries={data.entries} />
      {mayWrite && (
        <Space wrap className={styles.acts}>
          {acts.map((each) => (
            <Button key={each} size="small" onClick={() => setAct(each)}>
              {t(`persons.contact.do.${each}`)}
            </Button>
          ))}
        </Space>
      )}
      {act && <ContactNoteModal personId={personId} act={act} onClose={() => setAct(null)} />}
    </section>
  );
}
