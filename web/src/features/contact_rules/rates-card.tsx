import { Table } from "antd";
import { useTranslation } from "react-i18next";
import type { ContactRules } from "@/api/types";
import { ScrollFrame } from "@/shared/components/scroll-frame";
import { formatNumber } from "@/shared/format/format";
import styles from "./contact-rules.module.css";
import { useRuleText } from "./use-rule-text";

type Rate = ContactRules["rates"][number];

/** How fast the platforms' APIs are called, for each account, and on what that rests. */
export function RatesCard({ rates }: { rates: Rate[] }) {
  const { t, i18n } = useTranslation();
  const { sourceOf } = useRuleText();
  const nameOf = ({ name }: Rate) =>
    i18n.exists(`contactRules.rate.${name}`) ? t(`contactRules.rate.${name as "webhook"}`) : name;
  return (
    <section className="card" aria-labelledby="rates-title">
      <h2 id="rates-title" className={styles.title}>
        {t("contactRules.rates.title")}
      </h2>
      <p className={styles.lead}>{t("contactRules.rates.text")}</p>
      <ScrollFrame className={styles.scroll} label={t("contactRules.rates.title")}>
        <Table<Rate>
          size="small"
          rowKey="name"
          dataSource={rates}
          pagination={false}
          columns={[
            { key: "name", title: t("contactRules.rates.name"), render: (_, rate) => nameOf(rate) },
            {
              key: "rate",
              title: t("contactRules.rates.rate"),
              align: "right",
              render: (_, { per_second }) => formatNumber(per_second),
            },
            {
              key: "burst",
              title: t("contactRules.rates.burst"),
              align: "right",
              render: (_, { burst }) => formatNumber(burst),
            },
            {
              key: "source",
              title: t("contactRules.rates.source"),
              render: (_, { source, date }) => (
                <span className={styles.source}>
                  {sourceOf(source)} <small className="tabular">{date}</small>
                </span>
              ),
            },
          ]}
        />
      </ScrollFrame>
    </section>
  );
}
