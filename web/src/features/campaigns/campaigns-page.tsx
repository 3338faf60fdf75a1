import { FlagOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Campaign } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import { useMoney } from "@/shared/hooks/use-money";
import { CampaignFormDrawer } from "./campaign-form-drawer";
import { type CampaignFilter, campaignKinds, useCampaignList } from "./use-campaigns";

const filterKeys: readonly CampaignFilter[] = ["search", "kind", "archived"];

function Filters() {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="search" label={t("campaigns.column.name")}>
        <Input allowClear data-search maxLength={100} />
      </Form.Item>
      <Form.Item name="kind" label={t("campaigns.column.kind")}>
        <Select
          allowClear
          placeholder={t("campaigns.filter.allKinds")}
          options={campaignKinds.map((value) => ({ value, label: t(`campaigns.kind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="archived" label={t("campaigns.filter.state")}>
        <Select
          allowClear
          placeholder={t("campaigns.filter.running")}
          options={[{ value: "true", label: t("campaigns.archived") }]}
        />
      </Form.Item>
    </>
  );
}

function useColumns(): Column<Campaign>[] {
  const { t } = useTranslation();
  const money = useMoney();
  return [
    {
      key: "name",
      title: t("campaigns.column.name"),
      fixed: true,
      render: ({ id, name }) => <Link to={`/campaigns/${id}`}>{name}</Link>,
    },
    {
      key: "kind",
      title: t("campaigns.column.kind"),
      render: ({ kind }) => <Tag>{t(`campaigns.kind.${kind}`)}</Tag>,
    },
    { key: "days", title: t("campaigns.column.days"), render: (row) => <Days campaign={row} /> },
    {
      key: "codes",
      title: t("campaigns.column.codes"),
      align: "right",
      render: ({ codes }) => formatNumber(codes),
    },
    {
      key: "persons",
      title: t("campaigns.column.persons"),
      align: "right",
      render: ({ persons }) => formatNumber(persons),
    },
    {
      key: "qualified",
      title: t("campaigns.column.qualified"),
      align: "right",
      render: ({ qualified }) => <strong>{formatNumber(qualified)}</strong>,
    },
    {
      key: "sql",
      title: t("campaigns.column.sql"),
      align: "right",
      render: ({ sql }) => formatNumber(sql),
    },
    { key: "cost", title: t("campaigns.column.cost"), align: "right", render: ({ cost }) => money(cost) },
    {
      key: "perSql",
      title: t("campaigns.column.perSql"),
      align: "right",
      render: ({ cost, sql }) => (cost > 0 && sql > 0 ? money(Math.round(cost / sql)) : t("common.none")),
    },
    {
      key: "updated",
      title: t("campaigns.column.updated"),
      render: ({ updated_at }) => <Moment at={updated_at} />,
    },
  ];
}

export function Days({ campaign }: { campaign: Pick<Campaign, "starts_on" | "ends_on"> }) {
  const { t } = useTranslation();
  const { starts_on, ends_on } = campaign;
  if (!starts_on && !ends_on) return t("campaigns.noDays");
  return (
    <span className="tabular">
      {starts_on ?? "…"} – {ends_on ?? "…"}
    </span>
  );
}

export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useCampaignList(state);
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const [creating, setCreating] = useState(false);
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
      {t("campaigns.new")}
    </Button>
  );
  const filtered = Object.values(state.filters).some(Boolean);
  return (
    <>
      <PageHead title={t("campaigns.title")} text={t("campaigns.text")} />
      <FilterCard state={state}>
        <Filters />
      </FilterCard>
      <DataTable
        name="campaigns"
        label={t("campaigns.title")}
        columns={useColumns()}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={({ id }) => void navigate(`/campaigns/${id}`)}
        empty={
          <EmptyState
            icon={<FlagOutlined />}
            title={t(filtered ? "campaigns.emptyFiltered.title" : "campaigns.empty.title")}
            text={t(filtered ? "campaigns.emptyFiltered.text" : "campaigns.empty.text")}
            action={filtered ? undefined : create}
          />
        }
        actions={create}
      />
      {creating && <CampaignFormDrawer campaign={null} onClose={() => setCreating(false)} />}
    </>
  );
}
