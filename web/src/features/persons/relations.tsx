import { useTranslation } from "react-i18next";
import type { Relation } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { StateDot } from "@/shared/components/state-dot";
import styles from "./person-page.module.css";

function endKey(relation: Relation) {
  if (relation.staff === null) return "unfollowed";
  return relation.ended_by === "staff" ? "removed" : "lost";
}

function RelationRow({ relation }: { relation: Relation }) {
  const { t } = useTranslation();
  const { staff, account_name, since, ended_at } = relation;
  const name = staff ? (staff.name ?? staff.userid) : account_name;
  return (
    <li className={styles.relation}>
      <span>
        <strong>{name}</strong>
        <span className={styles.faint}>
          {" "}
          {t(staff ? "persons.relation.friend" : "persons.relation.follower")}
        </span>
      </span>
      <span className={styles.relationTimes}>
        {since && (
          <span className={styles.faint}>
            {t("persons.relation.since")} <Moment at={since} />
          </span>
        )}
        {ended_at ? (
          <StateDot tone="bad">
            {t(`persons.relation.${endKey(relation)}`)} <Moment at={ended_at} />
          </StateDot>
        ) : (
          <StateDot tone="good">{t("persons.relation.now")}</StateDot>
        )}
      </span>
    </li>
  );
}

/** With whom the person is a friend and whom they follow, now and before. */
export function Relations({ relations }: { relations: Relation[] }) {
  const { t } = useTranslation();
  if (relations.length === 0) return null;
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="relations-title">
      <h2 id="relations-title">{t("persons.relation.title")}</h2>
      <ul>
        {relations.map((relation) => (
          <RelationRow key={`${relation.account_id} ${relation.staff?.userid ?? ""}`} relation={relation} />
        ))}
      </ul>
    </section>
  );
}
