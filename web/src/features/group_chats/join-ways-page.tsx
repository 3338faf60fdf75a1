import { PlusOutlined, UsergroupAddOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { JoinWay } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { PageHead } from "@/shared/components/page-head";
import { JoinWayDetail } from "./join-way-detail";
import { JoinWayFormDrawer } from "./join-way-form-drawer";
import { useWayList, type WayFilter } from "./use-group-chats";
import { useWayColumns } from "./use-way-columns";

const filterKeys: readonly WayFilter[] = ["search", "status"];
const statuses: JoinWay["status"][] = ["ready", "creating", "failed", "deleting"];

function Filters() {
  const { t } = useTranslation();
  const options = statuses.map((value) => ({ value, label: t(`joinWays.status.${value}`) }));
  return (
    <>
      <Form.Item name="search" label={t("joinWays.column.name")}>
        <Input allowClear data-search maxLength={100} />
      </Form.Item>
      <Form.Item name="status" label={t("joinWays.column.status")}>
        <Select allowClear placeholder={t("groupChats.filter.all")} options={options} />
      </Form.Item>
    </>
  );
}

function Nothing({ filtered, onCreate }: { filtered: boolean; onCreate: (() => void) | null }) {
  const { t } = useTranslation();
  const chats = $api.useQuery("get", "/api/group-chats", { params: { query: { size: 1 } } });
  const key = filtered ? "emptyFiltered" : "empty";
  const action = chats.data?.total ? (
    onCreate && (
      <Button type="primary" icon={<PlusOutlined />} onClick={onCreate}>
        {t("joinWays.new")}
      </Button>
    )
  ) : (
    <Link to="/group-chats">{t("joinWays.needChat")}</Link>
  );
  return (
    <EmptyState
      icon={<UsergroupAddOutlined />}
      title={t(`joinWays.${key}.title`)}
      text={t(`joinWays.${key}.text`)}
      action={!filtered && action}
    />
  );
}

export function Page() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const state = useTableState(filterKeys);
  const list = useWayList(state);
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState<JoinWay | "new" | null>(null);
  const show = (way: JoinWay | null) =>
    setQuery((before) => {
      const next = new URLSearchParams(before);
      if (way) next.set("open", String(way.id));
      else next.delete("open");
      return next;
    });
  const columns = useWayColumns({ onOpen: show, onEdit: setEditing });
  const opened = Number(query.get("open")) || null;
  const create = mayWrite ? () => setEditing("new") : null;
  return (
    <>
      <PageHead title={t("joinWays.title")} text={t("joinWays.text")} />
      <Alert
        type="info"
        showIcon
        style={{ marginBottom: 14 }}
        title={t("joinWays.honest.title")}
        description={t("joinWays.honest.text")}
      />
      <FilterCard state={state}>
        <Filters />
      </FilterCard>
      <DataTable
        name="join-ways"
        label={t("joinWays.title")}
        columns={columns}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={show}
        empty={<Nothing filtered={Object.values(state.filters).some(Boolean)} onCreate={create} />}
        actions={
          create && (
            <Button type="primary" icon={<PlusOutlined />} onClick={create}>
              {t("joinWays.new")}
            </Button>
          )
        }
      />
      {opened !== null && <JoinWayDetail id={opened} onClose={() => show(null)} onEdit={setEditing} />}
      {editing !== null && (
        <JoinWayFormDrawer way={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}
