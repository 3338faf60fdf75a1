import { Alert, Button, Card, Progress, Skeleton, Statistic } from "antd";
import { useTranslation } from "react-i18next";
import type { Broadcast } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { formatNumber } from "@/shared/format/format";
import styles from "./broadcasts.module.css";
import { sumLooks, useCheck } from "./use-check";
import { useReason } from "./use-reason";

/** Whom it would reach if it were confirmed now: everybody is looked at, some thousands at a time. */
export function CheckCard({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  const why = useReason();
  const { looks, error, isComplete, again } = useCheck(broadcast);
  if (error && looks.length === 0) return <ErrorState error={error} onRetry={again} />;
  if (looks.length === 0) return <Skeleton active paragraph={{ rows: 2 }} />;
  const sums = sumLooks(looks);
  const { persons, reachable, held, wouldSend, windowUnknown, members, full, reasons, later, byPlatform } =
    sums;
  const isNobody = isComplete && persons > 0 && wouldSend + windowUnknown === 0;
  return (
    <Card
      title={t("broadcasts.check.title")}
      className={styles.card}
      extra={
        <Button size="small" loading={!isComplete && error === null} onClick={again}>
          {t("broadcasts.check.again")}
        </Button>
      }
    >
      {byPlatform ? (
        t("broadcasts.check.byPlatform")
      ) : (
        <>
          <div className={styles.figures}>
            <Statistic title={t("broadcasts.check.persons")} value={formatNumber(persons)} />
            <Statistic title={t("broadcasts.check.reachable")} value={formatNumber(reachable)} />
            <Statistic title={t("broadcasts.check.held")} value={formatNumber(held)} />
            <Statistic title={t("broadcasts.check.wouldSend")} value={formatNumber(wouldSend)} />
            {members > 0 && <Statistic title={t("broadcasts.check.members")} value={formatNumber(members)} />}
          </div>
          {isNobody && (
            <Alert
              type="warning"
              showIcon
              className={styles.note}
              title={t("broadcasts.check.nobody")}
              description={t("broadcasts.check.nobodyText")}
            />
          )}
          {!isComplete && (
            <p role="status">
              {t(`broadcasts.check.${error ? "broken" : "counting"}`, { count: formatNumber(persons) })}
            </p>
          )}
          {windowUnknown > 0 && (
            <Why of={persons} words={t("broadcasts.check.windowUnknown")} count={windowUnknown} />
          )}
          {reasons.map(([reason, count]) => (
            <Why key={reason} of={persons} words={why(reason)} count={count} />
          ))}
          {later.map(([reason, count]) => (
            <Why
              key={reason}
              of={persons}
              words={t("broadcasts.check.waits", { why: why(reason) })}
              count={count}
            />
          ))}
          {full > 0 && <p>{t("broadcasts.check.later", { count: full })}</p>}
        </>
      )}
    </Card>
  );
}

function Why({ words, count, of }: { words: string; count: number; of: number }) {
  return (
    <div className={styles.reason}>
      <span>{words}</span>
      <Progress percent={(100 * count) / of} showInfo={false} size="small" aria-hidden />
      <strong className={styles.number}>{formatNumber(count)}</strong>
    </div>
  );
}
