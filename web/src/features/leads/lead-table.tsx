import { SolutionOutlined } from "@ant-design/icons";
import { Form, Input, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { $api } from "@/api/client";
import type { Lead } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import type { Column } from "@/shared/components/data-table/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { ClockChip, OwnerName, StageTag } from "./lead-parts";
import styles from "./leads.module.css";
import { closedStages, type LeadFilter, orders, stages, useLeadList, useMembers } from "./use-leads";

export const filterKeys: readonly LeadFilter[] = ["search", "stage", "staff", "late", "campaign_id", "order"];

/** `pool`: nobody has them, so there is no owner to choose. */
export function LeadFilters({ pool = false }: { pool?: boolean }) {
  const { t } = useTranslation();
  const members = useMembers();
  const campaigns = $api.useQuery("get", "/api/campaigns", { params: { query: { size: 100 } } }).data;
  return (
    <>
      <Form.Item name="search" label={t("leads.filter.search")}>
        <Input allowClear data-search maxLength={100} placeholder={t("leads.filter.searchPlaceholder")} />
      </Form.Item>
      <Form.Item name="stage" label={t("leads.filter.stage")}>
        <Select
          allowClear
          placeholder={t("leads.filter.any")}
          options={[
            ...stages.map((value) => ({ value, label: t(`leads.stage.${value}`) })),
            { value: closedStages, label: t("leads.column.closed") },
          ]}
        />
      </Form.Item>
      {!pool && (
        <Form.Item name="staff" label={t("leads.filter.staff")}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            placeholder={t("leads.filter.any")}
            options={members.map(({ userid, name }) => ({ value: userid, label: name }))}
          />
        </Form.Item>
      )}
      <Form.Item name="late" label={t("leads.filter.late")}>
        <Select
          allowClear
          placeholder={t("leads.filter.any")}
          options={[{ value: "true", label: t("leads.filter.lateOnly") }]}
        />
      </Form.Item>
      <Form.Item name="campaign_id" label={t("leads.filter.campaign")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("leads.filter.any")}
          options={(campaigns?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
        />
      </Form.Item>
      <Form.Item name="order" label={t("leads.filter.order")}>
        <Select
          allowClear
          placeholder={t("leads.order.newest")}
          options={orders.slice(1).map((value) => ({ value, label: t(`leads.order.${value}`) }))}
        />
      </Form.Item>
    </>
  );
}

function useColumns(): Column<Lead>[] {
  const { t } = useTranslation();
  return [
    {
      key: "name",
      title: t("leads.field.name"),
      fixed: true,
      render: (lead) => (
        <Link to={`/leads/${lead.id}`} className={styles.name}>
          {lead.name ?? t("common.unknownName")}
          {lead.company && <span className={styles.faint}>{lead.company}</span>}
        </Link>
      ),
    },
    { key: "stage", title: t("leads.field.stage"), render: ({ stage }) => <StageTag stage={stage} /> },
    { key: "score", title: t("leads.field.score"), align: "right", render: ({ score }) => score },
    { key: "clock", title: t("leads.field.clock"), render: (lead) => <ClockChip lead={lead} /> },
    { key: "owner", title: t("leads.field.owner"), render: (lead) => <OwnerName lead={lead} /> },
    {
      key: "source",
      title: t("leads.field.source"),
      render: ({ source }) => source ?? <span className={styles.faint}>{t("leads.noSource")}</span>,
    },
    {
      key: "created",
      title: t("leads.field.created"),
      render: ({ created_at }) => <Moment at={created_at} relative />,
    },
  ];
}

interface Props {
  state: TableState<LeadFilter>;
  pool: boolean;
  actions: ReactNode;
}

/** Leads as a table; those of the open pool alone, or all. */
export function LeadTable({ state, pool, actions }: Props) {
  const { t } = useTranslation();
  const list = useLeadList(state, pool);
  const columns = useColumns().filter(({ key }) => !pool || key !== "owner");
  const navigate = useNavigate();
  const filtered = Object.values(state.filters).some(Boolean);
  const empty = filtered ? "emptyFiltered" : pool ? "emptyPool" : "empty";
  return (
    <DataTable
      name={pool ? "lead-pool" : "leads"}
      label={t(pool ? "leads.pool.title" : "leads.title")}
      columns={columns}
      rowKey={({ id }) => String(id)}
      query={list}
      state={state}
      onOpen={({ id }) => void navigate(`/leads/${id}`)}
      empty={
        <EmptyState
          icon={<SolutionOutlined />}
          title={t(`leads.${empty}.title`)}
          text={t(`leads.${empty}.text`)}
          action={empty === "empty" ? actions : undefined}
        />
      }
      actions={actions}
    />
  );
}
