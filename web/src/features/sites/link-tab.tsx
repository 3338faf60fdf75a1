import { LinkOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayWrite } from "@/api/session";
import type { ShortLink } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { LinkFormDrawer } from "./link-form-drawer";
import { useLinkColumns } from "./use-link-columns";
import { type LinkFilter, useLinkList, useSites } from "./use-sites";

const filterKeys: readonly LinkFilter[] = ["search"];

/** Short links with who opened them. */
export function LinkTab() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useLinkList(state);
  const sites = useSites();
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState<ShortLink | "new" | null>(null);
  const hasSite = (sites.data ?? []).length > 0;
  const create = mayWrite && hasSite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
      {t("sites.link.new")}
    </Button>
  );
  const filtered = Boolean(state.filters.search);
  const action = filtered ? undefined : hasSite ? create : <Link to="?tab=sites">{t("sites.needSite")}</Link>;
  return (
    <>
      <FilterCard state={state}>
        <Form.Item name="search" label={t("sites.link.search")}>
          <Input allowClear data-search maxLength={100} />
        </Form.Item>
      </FilterCard>
      <DataTable
        name="short-links"
        label={t("sites.tab.links")}
        columns={useLinkColumns(setEditing)}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        empty={
          <EmptyState
            icon={<LinkOutlined />}
            title={t(filtered ? "sites.link.emptyFiltered.title" : "sites.link.empty.title")}
            text={t(filtered ? "sites.link.emptyFiltered.text" : "sites.link.empty.text")}
            action={action}
          />
        }
        actions={create}
      />
      {editing !== null && (
        <LinkFormDrawer link={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}
