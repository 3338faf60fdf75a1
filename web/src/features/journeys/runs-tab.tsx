import { HistoryOutlined } from "@ant-design/icons";
import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useMayWrite } from "@/api/session";
import type { JourneyDetail, JourneyRun } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PersonSelect } from "@/shared/components/person-select";
import { findNode, toDraft } from "./draft";
import { EnterButton } from "./enter-button";
import { FailuresCard } from "./failures-card";
import { RunState } from "./run-state";
import { useOutcomeWord } from "./run-words";
import { type RunFilter, runStates, useRuns } from "./use-journeys";
import { useWords } from "./use-words";

const filterKeys: readonly RunFilter[] = ["person", "state"];

function useColumns(journey: JourneyDetail): Column<JourneyRun>[] {
  const { t } = useTranslation();
  const outcomeWord = useOutcomeWord();
  const words = useWords();
  const draft = toDraft(journey.draft ?? {});
  /** Ends when the task does; its own due time is a guard. */
  const isTask = (node: string | null) => findNode(draft, node ?? "")?.type === "staff_task";
  const nodeWord = (node: string) => (findNode(draft, node) ? words.target(draft, node) : node);
  return [
    {
      key: "person",
      title: t("journeys.run.person"),
      fixed: true,
      render: ({ id, person_name }) => (
        <Link to={`/journeys/${journey.id}/runs/${id}`}>{person_name ?? t("common.unknownName")}</Link>
      ),
    },
    { key: "state", title: t("journeys.column.status"), render: (run) => <RunState run={run} /> },
    {
      key: "node",
      title: t("journeys.run.node"),
      render: ({ node, outcome }) => (node ? nodeWord(node) : outcome && outcomeWord(outcome)),
    },
    {
      key: "version",
      title: t("journeys.run.version"),
      render: ({ number }) => t("journeys.versionNumber", { number }),
    },
    {
      key: "entered",
      title: t("journeys.run.entered"),
      render: ({ entered_at }) => <Moment at={entered_at} />,
    },
    {
      key: "due",
      title: t("journeys.run.due"),
      render: ({ due, state, node }) =>
        due && state === "open" && !isTask(node) ? <Moment at={due} /> : t("common.none"),
    },
    {
      key: "goal",
      title: t("journeys.run.goal"),
      render: ({ goal_at }) => (goal_at ? <Moment at={goal_at} /> : t("common.none")),
    },
  ];
}

/** Who went through the journey: found by person and by state. */
export function RunsTab({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const runs = useRuns(journey.id, state);
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const key = Object.values(state.filters).some(Boolean) ? "emptyFiltered" : "empty";
  return (
    <>
      <FailuresCard journey={journey} />
      <FilterCard state={state}>
        <Form.Item name="person" label={t("journeys.run.person")}>
          <PersonSelect placeholder={t("journeys.run.anybody")} />
        </Form.Item>
        <Form.Item name="state" label={t("journeys.column.status")}>
          <Select
            allowClear
            placeholder={t("journeys.run.anyState")}
            options={runStates.map((value) => ({ value, label: t(`journeys.run.state.${value}`) }))}
          />
        </Form.Item>
      </FilterCard>
      <DataTable
        name="journey-runs"
        label={t("journeys.tab.runs")}
        columns={useColumns(journey)}
        rowKey={({ id }) => id}
        query={runs}
        state={state}
        actions={mayWrite && journey.status === "live" && <EnterButton journey={journey} />}
        onOpen={({ id }) => void navigate(`/journeys/${journey.id}/runs/${id}`)}
        empty={
          <EmptyState
            icon={<HistoryOutlined />}
            title={t(`journeys.run.${key}.title`)}
            text={t(`journeys.run.${key}.text`)}
          />
        }
      />
    </>
  );
}
