import { PlusOutlined, QrcodeOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { Source } from "@/api/types";
import { SourceFormDrawer } from "@/shared/components/contact-way/source-form-drawer";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import limits from "@/shared/limits/platform-limits.json";
import { SourceDetail } from "./source-detail";
import { useSourceColumns } from "./use-source-columns";
import { type SourceFilter, useSourceList } from "./use-sources";

const filterKeys: readonly SourceFilter[] = ["search", "status"];
const statuses: Source["status"][] = ["ready", "creating", "failed", "deleting"];

function Filters() {
  const { t } = useTranslation();
  const options = statuses.map((value) => ({ value, label: t(`sources.status.${value}`) }));
  return (
    <>
      <Form.Item name="search" label={t("sources.filter.search")}>
        <Input allowClear data-search maxLength={100} />
      </Form.Item>
      <Form.Item name="status" label={t("sources.filter.status")}>
        <Select allowClear placeholder={t("sources.filter.statusAll")} options={options} />
      </Form.Item>
    </>
  );
}

function NoSources({ filtered, onCreate }: { filtered: boolean; onCreate: (() => void) | null }) {
  const { t } = useTranslation();
  const { data: accounts } = $api.useQuery("get", "/api/accounts", {});
  if (filtered) {
    return (
      <EmptyState
        icon={<QrcodeOutlined />}
        title={t("sources.emptyFiltered.title")}
        text={t("sources.emptyFiltered.text")}
      />
    );
  }
  const connected = accounts?.some(({ kind }) => kind === "wecom") ?? true;
  const action = connected ? (
    onCreate && (
      <Button type="primary" icon={<PlusOutlined />} onClick={onCreate}>
        {t("sources.new")}
      </Button>
    )
  ) : (
    <Link to="/settings/accounts">{t("sources.needAccount")}</Link>
  );
  return (
    <EmptyState
      icon={<QrcodeOutlined />}
      title={t("sources.empty.title")}
      text={t("sources.empty.text")}
      action={action}
    />
  );
}

export function Page() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const state = useTableState(filterKeys);
  const list = useSourceList(state);
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState<Source | "new" | null>(null);

  const show = (source: Source | null) =>
    setQuery((before) => {
      const next = new URLSearchParams(before);
      if (source) next.set("open", String(source.id));
      else next.delete("open");
      return next;
    });
  const columns = useSourceColumns({ onOpen: show, onEdit: setEditing });
  const opened = Number(query.get("open")) || null;
  const create = mayWrite ? () => setEditing("new") : null;

  return (
    <>
      <PageHead title={t("sources.title")} text={t("sources.text")} />
      <Alert
        type="info"
        showIcon
        style={{ marginBottom: 14 }}
        title={t("sources.limits", {
          seconds: limits.welcomeSeconds.value,
          members: limits.contactWayMembers.value,
          codes: formatNumber(limits.contactWaysPerCorp.value),
        })}
      />
      <FilterCard state={state}>
        <Filters />
      </FilterCard>
      <DataTable
        name="sources"
        label={t("sources.title")}
        columns={columns}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={show}
        empty={<NoSources filtered={Object.values(state.filters).some(Boolean)} onCreate={create} />}
        actions={
          create && (
            <Button type="primary" icon={<PlusOutlined />} onClick={create}>
              {t("sources.new")}
            </Button>
          )
        }
      />
      {opened !== null && <SourceDetail id={opened} onClose={() => show(null)} onEdit={setEditing} />}
      {editing !== null && (
        <SourceFormDrawer source={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}
