import { useTranslation } from "react-i18next";
import type { PhonePool } from "../api/client";
import css from "./claim-rules.module.css";

/** 今天还能领 3 条, and what holds for whoever takes one. */
export function ClaimRules({ left, rules }: { left: number; rules: PhonePool["rules"] }) {
  const { t } = useTranslation();
  return (
    <section className={css.rules} aria-label={t("h5.pool.rules")}>
      <p className={left === 0 ? css.none : css.left}>
        {left === 0 ? t("h5.pool.noneLeft") : t("h5.pool.left", { n: left })}
        <small>{t("h5.pool.perDay", { n: rules.claims_per_day })}</small>
      </p>
      <ul>
        <li>{t("h5.pool.contact", { n: rules.contact_minutes })}</li>
        <li>{t("h5.pool.return", { n: rules.return_days })}</li>
      </ul>
    </section>
  );
}
