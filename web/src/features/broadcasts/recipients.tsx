import { TeamOutlined } from "@ant-design/icons";
import { Alert, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Broadcast, Recipient } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { formatDate } from "@/shared/format/format";
import { Reasons } from "./reasons";
import { type RecipientFilter, steps, useRecipients } from "./use-broadcasts";

const filterKeys: readonly RecipientFilter[] = ["step"];

function useColumns(): Column<Recipient>[] {
  const { t } = useTranslation();
  return [
    {
      key: "name",
      title: t("broadcasts.recipient.name"),
      fixed: true,
      render: ({ person_id, name }) => (
        <Link to={`/persons/${person_id}`}>{name ?? t("common.unknownName")}</Link>
      ),
    },
    {
      key: "state",
      title: t("broadcasts.column.state"),
      render: ({ state }) => t(`broadcasts.step.${state}`),
    },
    {
      key: "reason",
      title: t("broadcasts.recipient.reason"),
      render: (recipient) => <Reasons of={recipient} />,
    },
    {
      key: "staff",
      title: t("broadcasts.tasks.staff"),
      render: ({ staff, staff_name }) => staff_name ?? (staff || "—"),
    },
    { key: "at", title: t("broadcasts.recipient.at"), render: ({ at }) => <Moment at={at} /> },
  ];
}

/** What became of each person of the frozen audience, or since when nobody can tell any more. */
export function Recipients({ broadcast: { id, removed_at } }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  if (!removed_at) return <RecipientTable id={id} />;
  const text = t("broadcasts.recipient.removedText", { at: formatDate(new Date(removed_at)) });
  return <Alert type="info" showIcon title={t("broadcasts.recipient.removed")} description={text} />;
}

function RecipientTable({ id }: { id: number }) {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useRecipients(id, state);
  return (
    <>
      <FilterCard state={state}>
        <Form.Item name="step" label={t("broadcasts.column.state")}>
          <Select
            allowClear
            placeholder={t("broadcasts.allStates")}
            options={steps.map((value) => ({ value, label: t(`broadcasts.step.${value}`) }))}
          />
        </Form.Item>
      </FilterCard>
      <DataTable
        name="broadcast-recipients"
        label={t("broadcasts.recipient.title")}
        columns={useColumns()}
        rowKey={({ person_id }) => person_id}
        query={list}
        state={state}
        empty={
          <EmptyState
            icon={<TeamOutlined />}
            title={t("broadcasts.recipient.none")}
            text={t("broadcasts.recipient.noneText")}
          />
        }
      />
    </>
  );
}
