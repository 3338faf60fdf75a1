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
import { EnterButton } from "./enter-button";
import { FailuresCard } from "./failures-card";
import { RunDue } from "./run-due";
import { RunState } from "./run-state";
import { useOutcomeWord } from "./run-words";
import { type RunFilter, runStates, useRuns } from "./use-journeys";
import { usePublishedSteps } from "./use-published-steps";

const filterKeys: readonly RunFilter[] = ["person", "state"];

function useColumns(journey: JourneyDetail): Column<JourneyRun>[] {
  const { t } = useTranslation();
  const outcomeWord = useOutcomeWord();
  const steps = usePublishedSteps(journey.id);
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
      render: ({ number, node, outcome }) =>
        node ? steps.name(number, node) : outcome && outcomeWord(outcome),
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
      render: (run) => <RunDue run={run} step={steps.find(run.number, run.node ?? "")} />,
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
