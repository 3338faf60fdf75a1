import { Skeleton, Table } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { MessageQuota } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { ScrollFrame } from "@/shared/components/scroll-frame";
import { formatNumber } from "@/shared/format/format";
import styles from "./contact-rules.module.css";
import { useRuleText } from "./use-rule-text";

function Used({ quota }: { quota: MessageQuota }) {
  const { t } = useTranslation();
  if (quota.per === "person" || quota.per === "window" || quota.per === "viewer")
    return t(`contactRules.quotas.per.${quota.per}`);
  if (quota.used.length === 0) return t("contactRules.quotas.noAccount");
  return (
    <ul>
      {quota.used.map(({ account_id, account_name, used }) => (
        <li key={account_id} className={styles.usedOf} data-full={used >= quota.most}>
          <span>
            {account_name}
            {quota.per === "member" && <small> {t("contactRules.quotas.per.member")}</small>}
          </span>
          <strong className="tabular">
            {formatNumber(used)} / {formatNumber(quota.most)}
          </strong>
        </li>
      ))}
    </ul>
  );
}

/** How many messages the platforms take, what is used of it now, and on what that rests. */
export function QuotasCard() {
  const { t } = useTranslation();
  const { sourceOf } = useRuleText();
  const query = $api.useQuery("get", "/api/message-quotas");
  const title = t("contactRules.quotas.title");
  return (
    <section className="card" aria-labelledby="quotas-title">
      <h2 id="quotas-title" className={styles.title}>
        {title}
      </h2>
      <p className={styles.lead}>{t("contactRules.quotas.text")}</p>
      {query.isPending && <Skeleton active />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <ScrollFrame className={styles.scroll} label={title}>
          <Table<MessageQuota>
            size="small"
            rowKey="name"
            dataSource={query.data}
            pagination={false}
            columns={[
              {
                key: "name",
                title: t("contactRules.quotas.name"),
                render: (_, quota) => sourceOf(quota.title),
              },
              {
                key: "most",
                title: t("contactRules.quotas.most"),
                render: (_, { most, period }) => (
                  <span className={styles.most}>
                    {t(`contactRules.quotas.period.${period}`, { most: formatNumber(most) })}
                  </span>
                ),
              },
              {
                key: "used",
                title: t("contactRules.quotas.used"),
                render: (_, quota) => <Used quota={quota} />,
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
      )}
    </section>
  );
}
