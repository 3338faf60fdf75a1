import { CheckSquareOutlined } from "@ant-design/icons";
import { App, Button, Space } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayWrite } from "@/api/session";
import { DataTable } from "@/shared/components/data-table/data-table";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { StateDot } from "@/shared/components/state-dot";
import { TabBar } from "@/shared/components/tab-bar";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { type StaffTask, stateOf, taskStates, useEndTask, useTaskList } from "./use-tasks";

const tones = { done: "good", declined: "warn", expired: "bad", withdrawn: "quiet" } as const;
const answers = ["done", "declined"] as const;

function TaskActions({ task }: { task: StaffTask }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const end = useEndTask();
  const run = async (outcome: (typeof answers)[number]) => {
    try {
      const path = { task_id: task.id as unknown as number };
      await end.mutateAsync({ params: { path }, body: { outcome } });
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    }
  };
  return (
    <Space>
      {answers.map((answer) => (
        <Button
          key={answer}
          type="link"
          size="small"
          disabled={end.isPending}
          onClick={() => void run(answer)}
          aria-label={t(`tasks.act.${answer}Of`, { title: task.title })}
        >
          {t(`tasks.act.${answer}`)}
        </Button>
      ))}
    </Space>
  );
}

function TaskTitle({ title, note }: StaffTask) {
  return (
    <span>
      <strong>{title}</strong>
      {note && (
        <>
          <br />
          <small>{note}</small>
        </>
      )}
    </span>
  );
}

function columnsOf(t: TFunction, mayEnd: boolean): Column<StaffTask>[] {
  const columns: Column<StaffTask>[] = [
    { key: "title", title: t("tasks.column.title"), fixed: true, render: (task) => <TaskTitle {...task} /> },
    {
      key: "person",
      title: t("tasks.column.person"),
      render: ({ person_id, person_name }) =>
        person_id === null ? (
          t("common.none")
        ) : (
          <Link to={`/persons/${person_id}`}>{person_name ?? t("tasks.nameless")}</Link>
        ),
    },
    { key: "staff", title: t("tasks.column.staff"), render: ({ staff, staff_name }) => staff_name ?? staff },
    { key: "due", title: t("tasks.column.due"), render: ({ due_at }) => <Moment at={due_at} /> },
  ];
  if (!mayEnd)
    return [
      ...columns,
      {
        key: "outcome",
        title: t("tasks.column.outcome"),
        render: ({ outcome }) =>
          outcome === null ? (
            <StateDot tone="warn">{t("tasks.outcome.open")}</StateDot>
          ) : (
            <StateDot tone={tones[outcome]}>{t(`tasks.outcome.${outcome}`)}</StateDot>
          ),
      },
      {
        key: "ended",
        title: t("tasks.column.ended"),
        render: ({ ended_at }) => (ended_at === null ? t("common.none") : <Moment at={ended_at} />),
      },
    ];
  return [
    ...columns,
    { key: "actions", title: t("tasks.column.actions"), render: (task) => <TaskActions task={task} /> },
  ];
}

/** 任务: what members have to do, what came of it, and what nobody did in time. */
export function Page() {
  const { t } = useTranslation();
  const table = useTableState(["state"] as const);
  const state = stateOf(table);
  const mayWrite = useMayWrite();
  return (
    <>
      <PageHead title={t("tasks.title")} text={t("tasks.text")} />
      <TabBar
        label={t("tasks.title")}
        tabs={taskStates.map((key) => ({ key, label: t(`tasks.state.${key}`) }))}
        active={state}
        onChange={(key) => table.applyFilters({ state: key === "open" ? "" : key })}
      />
      <DataTable
        key={state}
        name="tasks"
        label={t("tasks.title")}
        columns={columnsOf(t, mayWrite && state === "open")}
        rowKey={({ id }) => id}
        query={useTaskList(table)}
        state={table}
        empty={
          <EmptyState
            icon={<CheckSquareOutlined />}
            title={t(`tasks.empty.${state}`)}
            text={t("tasks.empty.text")}
          />
        }
      />
    </>
  );
}
