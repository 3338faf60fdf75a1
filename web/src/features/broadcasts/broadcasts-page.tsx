import { NotificationOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Broadcast } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { MassLoadNote } from "@/shared/components/mass-load-note";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import { BroadcastFormDrawer } from "./broadcast-form-drawer";
import { BroadcastState } from "./broadcast-state";
import { type BroadcastFilter, states, useBroadcastList } from "./use-broadcasts";

const filterKeys: readonly BroadcastFilter[] = ["search", "state"];

/** Who got it: of an official account's own choice the platform counts. */
function sentOf({ counts, jobs }: Broadcast): number {
  return counts.sent ?? jobs.reduce((sum, { sent }) => sum + (sent ?? 0), 0);
}

function useColumns(): Column<Broadcast>[] {
  const { t } = useTranslation();
  return [
    {
      key: "name",
      title: t("broadcasts.column.name"),
      fixed: true,
      render: ({ id, name }) => <Link to={`/broadcasts/${id}`}>{name}</Link>,
    },
    {
      key: "kind",
      title: t("broadcasts.column.kind"),
      render: ({ kind }) => t(`broadcasts.kind.${kind}.name`),
    },
    {
      key: "state",
      title: t("broadcasts.column.state"),
      render: (row) => <BroadcastState broadcast={row} />,
    },
    {
      key: "sent",
      title: t("broadcasts.column.sent"),
      align: "right",
      render: (row) => <strong>{formatNumber(sentOf(row))}</strong>,
    },
    {
      key: "asked",
      title: t("broadcasts.column.asked"),
      align: "right",
      render: ({ counts }) => formatNumber(counts.asked ?? 0),
    },
    {
      key: "not",
      title: t("broadcasts.column.not"),
      align: "right",
      render: ({ counts }) => formatNumber((counts.failed ?? 0) + (counts.skipped ?? 0)),
    },
    { key: "account", title: t("broadcasts.column.account"), render: ({ account_name }) => account_name },
    {
      key: "start",
      title: t("broadcasts.column.start"),
      render: ({ started_at, start_at, created_at }) => <Moment at={started_at ?? start_at ?? created_at} />,
    },
  ];
}

/** Persons who were chosen in their list; they are taken out of the history, so that going back does not open it again. */
function useChosen() {
  const given = (useLocation().state as { persons?: string[] } | null)?.persons;
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(given);
  useEffect(() => {
    if (given) void navigate(".", { replace: true, state: null });
  }, [given, navigate]);
  return [chosen, setChosen] as const;
}

export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useBroadcastList(state);
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const [chosen, setChosen] = useChosen();
  const [creating, setCreating] = useState(chosen !== undefined);
  const close = () => {
    setCreating(false);
    setChosen(undefined);
  };
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
      {t("broadcasts.new")}
    </Button>
  );
  const key = Object.values(state.filters).some(Boolean) ? "emptyFiltered" : "empty";
  return (
    <>
      <PageHead title={t("broadcasts.title")} text={t("broadcasts.text")} />
      <MassLoadNote />
      <FilterCard state={state}>
        <Form.Item name="search" label={t("broadcasts.column.name")}>
          <Input allowClear data-search maxLength={100} />
        </Form.Item>
        <Form.Item name="state" label={t("broadcasts.column.state")}>
          <Select
            allowClear
            placeholder={t("broadcasts.allStates")}
            options={states.map((value) => ({ value, label: t(`broadcasts.state.${value}`) }))}
          />
        </Form.Item>
      </FilterCard>
      <DataTable
        name="broadcasts"
        label={t("broadcasts.title")}
        columns={useColumns()}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={({ id }) => void navigate(`/broadcasts/${id}`)}
        empty={
          <EmptyState
            icon={<NotificationOutlined />}
            title={t(`broadcasts.${key}.title`)}
            text={t(`broadcasts.${key}.text`)}
            action={key === "empty" && create}
          />
        }
        actions={create}
      />
      {creating && (
        <BroadcastFormDrawer
          broadcast={null}
          persons={chosen}
          onSaved={(id) => void navigate(`/broadcasts/${id}`)}
          onClose={close}
        />
      )}
    </>
  );
}
