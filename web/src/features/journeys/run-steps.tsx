import { Card, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { JourneyRunDetail, JourneyStep } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { ScrollFrame } from "@/shared/components/scroll-frame";
import { durationText } from "@/shared/format/duration";
import { daysAgo } from "@/shared/format/format";
import { useErrorWord } from "@/shared/hooks/use-error-word";
import { useNow } from "@/shared/hooks/use-now";
import styles from "./journeys.module.css";
import { useResultWord, useSentWord } from "./run-words";
import { usePublishedSteps } from "./use-published-steps";
import { useWords } from "./use-words";

const colors: Record<string, string> = {
  sent: "success",
  delivered: "success",
  done: "success",
  failed: "error",
  uncertain: "warning",
  refused: "warning",
  undelivered: "warning",
};

/** Numbers of rows, which say nothing to a reader. */
const inner = ["event", "version_id"];

const saying = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
};

function Detail({ detail }: { detail: JourneyStep["detail"] }) {
  const { t } = useTranslation();
  const words = useWords();
  const errorWord = useErrorWord();
  if (detail === null) return null;
  const { error, missing, ...rest } = detail as Record<string, unknown>;
  return (
    <>
      {typeof error === "string" && <p className={styles.error}>{errorWord(error)}</p>}
      {Array.isArray(missing) && (
        <p className={styles.faint}>
          {t("journeys.run.lacks", { fields: missing.map(words.field).join(t("common.listSeparator")) })}
        </p>
      )}
      {Object.entries(rest)
        .filter(([name]) => !inner.includes(name))
        .map(([name, value]) => (
          <p key={name} className={styles.faint}>
            {words.field(name)}: {saying(value) ?? t("journeys.run.unknown")}
          </p>
        ))}
    </>
  );
}

/** Why the rules of contact let a send not go, or not yet. */
function Held({ step }: { step: JourneyStep }) {
  const { t } = useTranslation();
  const errorWord = useErrorWord();
  if (step.gates.length === 0) return null;
  const why = step.gates.map(errorWord).join(t("common.reasonSeparator"));
  if (step.waits_until === null) return <p className={styles.faint}>{t("journeys.held.refused", { why })}</p>;
  return (
    <p className={styles.faint}>
      {t("journeys.held.waiting", { why })} <Moment at={step.waits_until} />
    </p>
  );
}

/** What each node did for a run, in order. */
export function RunSteps({ run }: { run: JourneyRunDetail }) {
  const { t } = useTranslation();
  const resultWord = useResultWord();
  const sentWord = useSentWord();
  const words = useWords();
  const published = usePublishedSteps(run.journey_id);
  const now = useNow();
  const columns = [
    {
      key: "node",
      title: t("journeys.run.step"),
      render: (_: unknown, { node, type }: JourneyStep) => (
        <strong>{published.name(run.number, node, words.type(type))}</strong>
      ),
    },
    {
      key: "result",
      title: t("journeys.run.result"),
      render: (_: unknown, { result, outcome }: JourneyStep) => (
        <>
          {result === "failed" ? <Tag color="error">{resultWord(result)}</Tag> : resultWord(result)}{" "}
          {outcome && <Tag color={colors[outcome] ?? "default"}>{sentWord(outcome)}</Tag>}
        </>
      ),
    },
    {
      key: "detail",
      title: t("journeys.run.input"),
      render: (_: unknown, step: JourneyStep) => (
        <>
          <Detail detail={step.detail} />
          <Held step={step} />
        </>
      ),
    },
    {
      key: "at",
      title: t("journeys.run.at"),
      render: (_: unknown, { at }: JourneyStep) => <Moment at={at} />,
    },
    {
      key: "took",
      title: t("journeys.run.took"),
      render: (_: unknown, { seconds }: JourneyStep) => durationText(t, seconds),
    },
  ];
  const areGone = run.ended_at !== null && daysAgo(new Date(run.ended_at), now) >= run.kept_days;
  if (run.steps.length === 0 && areGone)
    return (
      <Card size="small" title={t("journeys.run.steps")}>
        <p className={styles.faint}>{t("journeys.run.stepsRemoved", { days: run.kept_days })}</p>
      </Card>
    );
  return (
    <Card size="small" title={t("journeys.run.steps")}>
      <ScrollFrame label={t("journeys.run.steps")}>
        <Table<JourneyStep>
          size="small"
          rowKey={(step) => `${step.at} ${step.node} ${step.result}`}
          columns={columns}
          dataSource={run.steps}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
          locale={{ emptyText: t("journeys.run.noSteps") }}
          className={styles.steps}
        />
      </ScrollFrame>
    </Card>
  );
}
