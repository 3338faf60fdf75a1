import { Card } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { JourneyDetail } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import { useErrorWord } from "@/shared/hooks/use-error-word";
import styles from "./editor.module.css";
import { useFailures } from "./use-journeys";
import { usePublishedSteps } from "./use-published-steps";
import { useWords } from "./use-words";

/** What fails in the newest runs, by step and reason: what to mend before a journey that paused by itself goes on. */
export function FailuresCard({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation();
  const words = useWords();
  const steps = usePublishedSteps(journey.id);
  const errorWord = useErrorWord();
  const { data } = useFailures(journey.id);
  if (!data?.length) return null;
  return (
    <Card size="small" title={t("journeys.failing.title")} style={{ marginBottom: 14 }}>
      <ul>
        {data.map(({ number, node, type, outcome, error, count, last_at, run_id }) => (
          <li key={`${number} ${node} ${outcome} ${error}`}>
            <strong>{steps.name(number, node, words.type(type))}</strong>{" "}
            <span className={styles.quiet}>{t("journeys.versionNumber", { number })}</span>{" "}
            {type.startsWith("send_") ? t(`journeys.sent.${outcome}`) : t("journeys.result.failed")} ×{" "}
            {formatNumber(count)}
            {error && <>: {errorWord(error)}</>} · <Moment at={last_at} relative />{" "}
            <Link to={`/journeys/${journey.id}/runs/${run_id}`} className={styles.inText}>
              {t("journeys.failing.example")}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
