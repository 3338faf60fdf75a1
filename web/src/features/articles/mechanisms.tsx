import { useTranslation } from "react-i18next";
import type { MechanismRate } from "@/api/types";
import { RateText } from "@/shared/components/path-strip/rate-text";
import styles from "./articles.module.css";

/** The ways of offering a code side by side: what the foot of an article makes of its readers. */
export function Mechanisms({ rates }: { rates: MechanismRate[] }) {
  const { t } = useTranslation();
  if (rates.length === 0) return null;
  return (
    <section className={`card ${styles.compare}`} aria-label={t("articles.compare.title")}>
      <h2>{t("articles.compare.title")}</h2>
      <dl className={styles.figures}>
        {rates.map(({ mechanism, articles, rate }) => (
          <div key={mechanism}>
            <dt>
              {t(`campaigns.mechanism.${mechanism || "none"}`)} ·{" "}
              {t("articles.compare.articles", { count: articles })}
            </dt>
            <dd>
              <RateText rate={rate} />
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.faint}>{t("articles.compare.hint")}</p>
    </section>
  );
}
