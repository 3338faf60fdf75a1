import { useTranslation } from "react-i18next";
import type { ContactRules } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import styles from "./contact-rules.module.css";
import { ruleKeys, useRuleText } from "./use-rule-text";

/** Every rule with what it means, what ships and where the figure comes from. */
export function RuleList({ rules }: { rules: ContactRules }) {
  const { t } = useTranslation();
  const { textOf, sourceOf } = useRuleText();
  return (
    <section className="card" aria-labelledby="rules-title">
      <h2 id="rules-title" className={styles.title}>
        {t("contactRules.rules.title")}
      </h2>
      <p className={styles.lead}>
        {rules.updated_at === null ? (
          t("contactRules.rules.unchanged")
        ) : (
          <>
            {t("contactRules.rules.changed", { user: rules.updated_by ?? t("audit.system") })}{" "}
            <Moment at={rules.updated_at} />
          </>
        )}
      </p>
      <ul className={styles.rules}>
        {ruleKeys.map((key) => {
          const [value, shipped] = [textOf(key, rules.values), textOf(key, rules.shipped)];
          return (
            <li key={key}>
              <div className={styles.rule}>
                <strong>{t(`contactRules.rule.${key}.name`)}</strong>
                <span className={styles.value}>{value}</span>
              </div>
              <p>{t(`contactRules.rule.${key}.text`)}</p>
              <small>
                {value !== shipped && `${t("contactRules.rules.shipped", { value: shipped })} · `}
                {t("contactRules.source", { source: sourceOf(rules.sources[key]) })}
              </small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
