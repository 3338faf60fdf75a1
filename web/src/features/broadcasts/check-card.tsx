import { Card, Skeleton, Statistic } from "antd";
import { useTranslation } from "react-i18next";
import type { Broadcast } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { formatNumber } from "@/shared/format/format";
import styles from "./broadcasts.module.css";
import { useCheck } from "./use-broadcasts";

/** Whom it would reach if it were confirmed now. */
export function CheckCard({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  const check = useCheck(broadcast.id, broadcast.version);
  if (check.error && !check.data)
    return <ErrorState error={check.error} onRetry={() => void check.refetch()} />;
  if (!check.data) return <Skeleton active paragraph={{ rows: 2 }} />;
  const { persons, more, reachable, held, would_send, members, later, reasons } = check.data;
  const byPlatform = persons === 0 && more;
  return (
    <Card title={t("broadcasts.check.title")} className={styles.card}>
      {byPlatform ? (
        t("broadcasts.check.byPlatform")
      ) : (
        <>
          <div className={styles.figures}>
            <Statistic
              title={t("broadcasts.check.persons")}
              value={`${formatNumber(persons)}${more ? "+" : ""}`}
            />
            <Statistic title={t("broadcasts.check.reachable")} value={formatNumber(reachable)} />
            <Statistic title={t("broadcasts.check.held")} value={formatNumber(held)} />
            <Statistic title={t("broadcasts.check.wouldSend")} value={formatNumber(would_send)} />
            {members > 0 && <Statistic title={t("broadcasts.check.members")} value={formatNumber(members)} />}
          </div>
          {Object.entries(reasons).map(([reason, count]) => (
            <p key={reason}>
              {t(`broadcasts.reason.${reason as "unreachable"}`, { defaultValue: reason })}:{" "}
              {formatNumber(count)}
            </p>
          ))}
          {later > 0 && <p>{t("broadcasts.check.later", { count: formatNumber(later) })}</p>}
        </>
      )}
    </Card>
  );
}
