import { useTranslation } from "react-i18next";
import type { LeadDetail } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import styles from "./leads.module.css";

/** What somebody called a first contact and does not count, with the reason. */
export function RefusedProofs({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation();
  if (lead.refused.length === 0) return null;
  return (
    <section className={`card ${styles.part}`} aria-labelledby="refused-title">
      <h2 id="refused-title">{t("leads.refused.title")}</h2>
      <ol className={styles.notes}>
        {lead.refused.map((each) => (
          <li key={`${each.at} ${each.by} ${each.reason}`}>
            <p>{t(`leads.refused.reason.${each.reason}`, { errcode: each.errcode })}</p>
            <p className={styles.faint}>
              {t("leads.refused.by", { name: each.by })} · <Moment at={each.at} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
