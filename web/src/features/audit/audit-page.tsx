import { AuditOutlined } from "@ant-design/icons";
import { keepPreviousData } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { useSignedIn } from "@/api/session";
import type { AuditItem } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import styles from "./audit.module.css";
import { AuditFilters, filterKeys } from "./audit-filters";
import { useAuditWords } from "./use-audit-words";
import { useDetailText } from "./use-detail-text";

type AuditFilter = (typeof filterKeys)[number];

/** Where an object of a kind has a page of its own. */
const pages: Partial<Record<string, string>> = {
  article: "/articles",
  broadcast: "/broadcasts",
  campaign: "/campaigns",
  company: "/companies",
  group_chat: "/group-chats",
  import: "/imports",
  journey: "/journeys",
  lead: "/leads",
  path: "/paths",
  person: "/persons",
  segment: "/segments",
};

function useColumns(): Column<AuditItem>[] {
  const { t } = useTranslation();
  const detailText = useDetailText();
  const { actName, kindName } = useAuditWords();
  const objectName = ({ object, object_name }: AuditItem) => {
    const [kind = "", id = ""] = object.split(":");
    const word = kindName(kind);
    if (word === kind) return object;
    const page = pages[kind];
    if (!page || id === "") return `${word} ${object_name ?? id}`;
    return <Link to={`${page}/${id}`}>{object_name ? `${word} ${object_name}` : word}</Link>;
  };
  return [
    { key: "at", title: t("audit.column.at"), fixed: true, render: ({ at }) => <Moment at={at} /> },
    { key: "user", title: t("audit.column.user"), render: ({ user_name }) => user_name ?? t("audit.system") },
    {
      key: "act",
      title: t("audit.column.act"),
      fixed: true,
      render: ({ act }) => <strong>{actName(act)}</strong>,
    },
    { key: "object", title: t("audit.column.object"), render: objectName },
    {
      key: "detail",
      title: t("audit.column.detail"),
      render: (item) => {
        const text = detailText(item);
        return text && <span className={styles.detail}>{text}</span>;
      },
    },
  ];
}

/** Days that are none, as somebody may write into the address, and numbers that are none are left out. */
function toQuery({ search, kind, act, user_id, first, last }: Record<AuditFilter, string>) {
  const day = /^\d{4}-\d{2}-\d{2}$/;
  return {
    ...(search && { search }),
    ...(kind && { kind }),
    ...(act && { act }),
    ...(/^\d{1,15}$/.test(user_id) && { user_id: Number(user_id) }),
    ...(day.test(first) && { first }),
    ...(day.test(last) && { last }),
  };
}

function AuditTable() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const { page, size, filters } = state;
  const params = { query: { page, size, ...toQuery(filters) } };
  const list = $api.useQuery("get", "/api/audit", { params }, { placeholderData: keepPreviousData });
  const filtered = Object.values(filters).some(Boolean);
  return (
    <>
      <FilterCard state={state}>
        <AuditFilters />
      </FilterCard>
      <DataTable
        name="audit"
        label={t("audit.title")}
        columns={useColumns()}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        lead={t("audit.lead")}
        empty={
          <EmptyState icon={<AuditOutlined />} title={t(filtered ? "audit.emptyFiltered" : "audit.empty")} />
        }
      />
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  return (
    <>
      <PageHead title={t("audit.title")} text={t("audit.text")} />
      {user.role === "admin" ? (
        <AuditTable />
      ) : (
        <EmptyState
          icon={<AuditOutlined />}
          title={t("shell.notAllowed.title")}
          text={t("shell.notAllowed.text")}
        />
      )}
    </>
  );
}
