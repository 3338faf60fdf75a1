import { Card, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { Broadcast } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./broadcasts.module.css";

/** What an official account has used of its platform's quota of 群发, and on what the quota rests. */
export function QuotaMeter({ broadcast: { kind, account_id } }: { broadcast: Broadcast }) {
  const { t, i18n } = useTranslation();
  const quotas = $api.useQuery("get", "/api/message-quotas", {}).data ?? [];
  const language = i18n.language.startsWith("zh") ? "zh" : "en";
  const mine = quotas
    .filter(({ name }) => kind === "account_mass" && name.startsWith(kind))
    .flatMap((quota) =>
      quota.used.filter((each) => each.account_id === account_id).map(({ used }) => ({ ...quota, used })),
    );
  if (mine.length === 0) return null;
  return (
    <Card title={t("broadcasts.quota.title")} className={styles.card}>
      {mine.map(({ name, title, used, most, period, source, date }) => (
        <div key={name} className={styles.quota}>
          <span>{title[language]}</span>
          <strong>
            {formatNumber(used)} / {t(`contactRules.quotas.period.${period}`, { most: formatNumber(most) })}
          </strong>
          <Progress
            percent={Math.min(100, (100 * used) / most)}
            status={used >= most ? "exception" : "normal"}
            showInfo={false}
            size="small"
            aria-hidden
          />
          <small>
            {source[language]} · {date}
          </small>
        </div>
      ))}
    </Card>
  );
}
