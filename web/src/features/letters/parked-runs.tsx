import { CheckCircleOutlined } from "@ant-design/icons";
import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayWrite } from "@/api/session";
import { DataTable } from "@/shared/components/data-table/data-table";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { useErrorWord } from "@/shared/hooks/use-error-word";
import styles from "./letters.module.css";
import { type ParkedRun, useParkedRuns, useRetryRuns, useSkipRuns } from "./use-parked-runs";

const acts = ["retry", "skip"] as const;

function RunActions({ runs, onDone }: { runs: ParkedRun[]; onDone?: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showError = useErrorToast();
  const mutations = { retry: useRetryRuns(), skip: useSkipRuns() };
  const busy = mutations.retry.isPending || mutations.skip.isPending;
  const run = async (act: (typeof acts)[number]) => {
    try {
      const { count } = await mutations[act].mutateAsync({ body: { ids: runs.map(({ id }) => Number(id)) } });
      message.success(t(`letters.run.acted.${act}`, { count }));
      onDone?.();
    } catch (error) {
      showError(error);
    }
  };
  return (
    <span className={styles.actions}>
      {acts.map((act) => (
        <Tooltip key={act} title={t(`letters.run.hint.${act}`)}>
          <Button type="link" size="small" disabled={busy} onClick={() => void run(act)}>
            {t(`letters.run.act.${act}`)}
          </Button>
        </Tooltip>
      ))}
    </span>
  );
}

function useColumns(mayWrite: boolean): Column<ParkedRun>[] {
  const { t, i18n } = useTranslation();
  const errorWord = useErrorWord();
  const nameOf = (type: string) =>
    i18n.exists(`journeyNodes.type.${type}`) ? t(`journeyNodes.type.${type as "delay"}`) : type;
  const columns: Column<ParkedRun>[] = [
    {
      key: "journey",
      title: t("letters.run.column.journey"),
      fixed: true,
      render: ({ journey_id, journey, number }) =>
        journey_id === null ? (
          journey
        ) : (
          <Link to={`/journeys/${journey_id}`}>{t("letters.run.version", { name: journey, number })}</Link>
        ),
    },
    {
      key: "node",
      title: t("letters.run.column.node"),
      render: ({ id, journey_id, type }) =>
        journey_id === null ? (
          nameOf(type)
        ) : (
          <Link to={`/journeys/${journey_id}/runs/${id}`}>{nameOf(type)}</Link>
        ),
    },
    { key: "reason", title: t("letters.column.reason"), render: ({ error }) => errorWord(error) },
    {
      key: "person",
      title: t("letters.column.person"),
      render: ({ person_id }) =>
        person_id ? <Link to={`/persons/${person_id}`}>{t("letters.person")}</Link> : t("common.none"),
    },
    { key: "since", title: t("letters.column.since"), render: ({ since }) => <Moment at={since} relative /> },
  ];
  if (!mayWrite) return columns;
  return [
    ...columns,
    { key: "actions", title: t("letters.column.actions"), render: (run) => <RunActions runs={[run]} /> },
  ];
}

/** Runs of journeys that stand at a step that failed for good. */
export function ParkedRuns() {
  const { t } = useTranslation();
  const state = useTableState(["kind"] as const);
  const mayWrite = useMayWrite();
  return (
    <DataTable<ParkedRun>
      name="parked-runs"
      label={t("letters.tab.run")}
      columns={useColumns(mayWrite)}
      rowKey={({ id }) => id}
      query={useParkedRuns(state)}
      state={state}
      lead={t("letters.about.run")}
      empty={
        <EmptyState
          icon={<CheckCircleOutlined />}
          title={t("letters.empty.title")}
          text={t("letters.empty.text")}
        />
      }
      {...(mayWrite && { bulk: (runs, clear) => <RunActions runs={runs} onDone={clear} /> })}
    />
  );
}
