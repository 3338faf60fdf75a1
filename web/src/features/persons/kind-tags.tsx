import { useTranslation } from "react-i18next";
import type { Person } from "@/api/types";
import styles from "./persons.module.css";

const known = ["external_contact", "follower", "phone", "email", "site_user", "visitor"] as const;
type Known = (typeof known)[number];

/** By which kinds of identity a person is known to us. */
export function KindTags({ kinds }: Pick<Person, "kinds">) {
  const { t } = useTranslation();
  const shown = known.filter((kind: Known) => kinds.includes(kind));
  return (
    <span className={styles.kinds}>
      {shown.map((kind) => (
        <span key={kind} className={styles.kind} data-kind={kind}>
          {t(`persons.kind.${kind}`)}
        </span>
      ))}
    </span>
  );
}
