import { NodeIndexOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Journey } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { Share } from "@/shared/components/share";
import { formatNumber } from "@/shared/format/format";
import { JourneyActs } from "./journey-acts";
import { JourneyFormDrawer } from "./journey-form-drawer";
import { JourneyStatus } from "./journey-status";
import styles from "./journeys.module.css";
import { type JourneyFilter, statuses, useJourneyList } from "./use-journeys";

const filterKeys: readonly JourneyFilter[] = ["search", "status"];

function Failures({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const { id, tried, failed, parked } = journey;
  return (
    <>
      {tried > 0 ? <Share part={failed} whole={tried} /> : t("common.none")}
      {parked > 0 && (
        <Link to={`/journeys/${id}?tab=runs&state=parked`} className={styles.parked}>
          {t("journeys.parked", { count: formatNumber(parked) })}
        </Link>
      )}
    </>
  );
}

function useColumns(): Column<Journey>[] {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const columns: Column<Journey>[] = [
    {
      key: "name",
      title: t("journeys.column.name"),
      fixed: true,
      render: ({ id, name }) => <Link to={`/journeys/${id}`}>{name}</Link>,
    },
    { key: "status", title: t("journeys.column.status"), render: (row) => <JourneyStatus journey={row} /> },
    {
      key: "inside",
      title: t("journeys.column.inside"),
      align: "right",
      render: ({ inside }) => <strong>{formatNumber(inside)}</strong>,
    },
    {
      key: "entered",
      title: t("journeys.column.entered"),
      align: "right",
      render: ({ entered }) => formatNumber(entered),
    },
    {
      key: "goal",
      title: t("journeys.column.goal"),
      align: "right",
      render: ({ goal, entered }) => <Share part={goal} whole={entered} />,
    },
    {
      key: "failures",
      title: t("journeys.column.failures"),
      align: "right",
      render: (row) => <Failures journey={row} />,
    },
    {
      key: "updated",
      title: t("journeys.column.updated"),
      render: ({ updated_at }) => <Moment at={updated_at} relative />,
    },
  ];
  if (mayWrite)
    columns.push({
      key: "actions",
      title: t("journeys.column.actions"),
      sticky: true,
      render: (row) => <JourneyActs journey={row} type="link" size="small" />,
    });
  return columns;
}

export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useJourneyList(state);
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const [creating, setCreating] = useState(false);
  const create = mayWrite && (
    <Space wrap>
      <Link to="/journeys/templates">{t("journeyTemplates.button")}</Link>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
        {t("journeys.new")}
      </Button>
    </Space>
  );
  const key = Object.values(state.filters).some(Boolean) ? "emptyFiltered" : "empty";
  return (
    <>
      <PageHead title={t("journeys.title")} text={t("journeys.text")} />
      <FilterCard state={state}>
        <Form.Item name="search" label={t("journeys.column.name")}>
          <Input allowClear data-search maxLength={100} />
        </Form.Item>
        <Form.Item name="status" label={t("journeys.column.status")}>
          <Select
            allowClear
            placeholder={t("journeys.notArchived")}
            options={statuses.map((value) => ({ value, label: t(`journeys.status.${value}`) }))}
          />
        </Form.Item>
      </FilterCard>
      <DataTable
        name="journeys"
        label={t("journeys.title")}
        columns={useColumns()}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={({ id }) => void navigate(`/journeys/${id}`)}
        empty={
          <EmptyState
            icon={<NodeIndexOutlined />}
            title={t(`journeys.${key}.title`)}
            text={t(`journeys.${key}.text`)}
            action={key === "empty" && create}
          />
        }
        actions={create}
      />
      {creating && <JourneyFormDrawer onClose={() => setCreating(false)} />}
    </>
  );
}
