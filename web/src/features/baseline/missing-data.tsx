import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import styles from "./baseline.module.css";
import { type Missing, stepOf } from "./use-baseline";

/** What cannot be told, and the step that would bring it. */
export function MissingData({ missing }: { missing: Missing[] }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="baseline-missing">
      <h2 id="baseline-missing">{t("baseline.missingTitle")}</h2>
      {missing.length === 0 ? (
        <p className={styles.faint}>{t("baseline.nothingMissing")}</p>
      ) : (
        <ul className={styles.missing}>
          {missing.map((key) => (
            <li key={key}>
              <span>{t(`baseline.missing.${key}.what`)}</span>
              <Link to={stepOf[key]}>{t(`baseline.missing.${key}.step`)}</Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
