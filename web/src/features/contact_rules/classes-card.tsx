import { useTranslation } from "react-i18next";
import type { ContactRuleValues } from "@/api/types";
import styles from "./contact-rules.module.css";
import { classes, useRuleText } from "./use-rule-text";

/** The classes of messages, what makes a message one of them, and what holds for each. */
export function ClassesCard({ values }: { values: ContactRuleValues }) {
  const { t } = useTranslation();
  const { capOf, quietOf } = useRuleText();
  return (
    <section className="card" aria-labelledby="classes-title">
      <h2 id="classes-title" className={styles.title}>
        {t("contactRules.classes.title")}
      </h2>
      <p className={styles.lead}>{t("contactRules.classes.text")}</p>
      <div className={styles.classes}>
        {classes.map((name) => (
          <article key={name} className={styles.class}>
            <h3>{t(`contactRules.class.${name}.name`)}</h3>
            <p>{t(`contactRules.class.${name}.when`, { minutes: values.answer_minutes })}</p>
            <dl>
              <dt>{t("contactRules.classes.cap")}</dt>
              <dd>{capOf(name, values)}</dd>
              <dt>{t("contactRules.classes.quiet")}</dt>
              <dd>{quietOf(name, values)}</dd>
            </dl>
          </article>
        ))}
      </div>
    </section>
  );
}
