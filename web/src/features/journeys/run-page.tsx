import { Alert, App, Button, Card, Descriptions, Popconfirm, Skeleton, Space } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useMayWrite } from "@/api/session";
import type { JourneyRunDetail } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { useErrorWord } from "@/shared/hooks/use-error-word";
import type { NodeData } from "./draft";
import { RunDue } from "./run-due";
import { RunState } from "./run-state";
import { RunSteps } from "./run-steps";
import { useOutcomeWord } from "./run-words";
import { type RunAct, useJourney, useRun, useRunAct } from "./use-journeys";
import { usePublishedSteps } from "./use-published-steps";

function Act({ run, act }: { run: JourneyRunDetail; act: RunAct }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showError = useErrorToast();
  const mutation = useRunAct(act);
  const go = async () => {
    try {
      await mutation.mutateAsync({ params: { path: { run_id: Number(run.id) } } });
      message.success(t(`journeys.run.${act}.done`));
    } catch (reason) {
      showError(reason);
    }
  };
  return (
    <Popconfirm
      title={t(`journeys.run.${act}.title`)}
      description={t(`journeys.run.${act}.text`)}
      okText={t(`journeys.run.${act}.do`)}
      cancelText={t("common.action.cancel")}
      onConfirm={go}
    >
      <Button
        danger={act === "end"}
        type={act === "retry" ? "primary" : "default"}
        loading={mutation.isPending}
      >
        {t(`journeys.run.${act}.do`)}
      </Button>
    </Popconfirm>
  );
}

function Summary({ run, step }: { run: JourneyRunDetail; step: NodeData | undefined }) {
  const { t } = useTranslation();
  const outcomeWord = useOutcomeWord();
  const none = t("common.none");
  const items = [
    { key: "state", label: t("journeys.column.status"), children: <RunState run={run} /> },
    { key: "version", label: t("journeys.run.version"), children: t("journeys.versionNumber", run) },
    { key: "entered", label: t("journeys.run.entered"), children: <Moment at={run.entered_at} /> },
    {
      key: "goal",
      label: t("journeys.run.goal"),
      children: run.goal_at ? <Moment at={run.goal_at} /> : none,
    },
    run.ended_at
      ? {
          key: "ended",
          label: t("journeys.run.ended"),
          children: (
            <>
              <Moment at={run.ended_at} /> · {outcomeWord(run.outcome ?? "")}
            </>
          ),
        }
      : {
          key: "due",
          label: t("journeys.run.due"),
          children: <RunDue run={run} step={step} />,
        },
  ];
  return <Descriptions size="small" column={{ xs: 1, sm: 2, lg: 3 }} items={items} />;
}

/** One passage through a journey: what each step did, and what became of what it sent. */
export function Page() {
  const { t } = useTranslation();
  const { id, run: runId } = useParams();
  const mayWrite = useMayWrite();
  const journey = useJourney(Number(id));
  const run = useRun(Number(runId));
  const errorWord = useErrorWord();
  const steps = usePublishedSteps(Number(id));
  if (run.error && !run.data)
    return <ErrorState error={run.error} onRetry={() => void run.refetch()} fullPage />;
  if (!run.data) return <Skeleton active paragraph={{ rows: 10 }} />;
  const { data } = run;
  const isParked = data.state === "parked";
  return (
    <>
      <PageHead
        title={data.person_name ?? t("common.unknownName")}
        extra={
          <Space wrap>
            <Link to={`/journeys/${id}?tab=runs`}>{journey.data?.name}</Link>
            {data.person_id && <Link to={`/persons/${data.person_id}`}>{t("journeys.run.personPage")}</Link>}
            {mayWrite && isParked && <Act run={data} act="retry" />}
            {mayWrite && isParked && <Act run={data} act="skip" />}
            {mayWrite && data.state !== "ended" && <Act run={data} act="end" />}
          </Space>
        }
      />
      <Card size="small" style={{ marginBottom: 14 }}>
        <Summary run={data} step={steps.find(data.number, data.node ?? "")} />
      </Card>
      {data.error && (
        <Alert
          type={isParked ? "error" : "warning"}
          showIcon
          style={{ marginBottom: 14 }}
          title={t(isParked ? "journeys.run.parkedText" : "journeys.run.tryingText", {
            node: steps.name(data.number, data.node ?? ""),
            error: errorWord(data.error),
            tries: data.tries,
          })}
        />
      )}
      <RunSteps run={data} />
    </>
  );
}
