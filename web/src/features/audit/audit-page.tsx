import { AuditOutlined } from "@ant-design/icons";
import { keepPreviousData } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { useSignedIn } from "@/api/session";
import type { AuditItem } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import styles from "./audit.module.css";
import { useDetailText } from "./use-detail-text";

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
  const { t, i18n } = useTranslation();
  const detailText = useDetailText();
  const actName = (act: string) =>
    i18n.exists(`audit.act.${act}`) ? t(`audit.act.${act as "signed_in"}`) : act;
  const objectName = ({ object, object_name }: AuditItem) => {
    const [kind = "", id = ""] = object.split(":");
    const known = i18n.exists(`audit.object.${kind}`);
    if (!known) return object;
    const word = t(`audit.object.${kind as "user"}`);
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

function AuditTable() {
  const { t } = useTranslation();
  const state = useTableState<never>([]);
  const { page, size } = state;
  const params = { query: { page, size } };
  const list = $api.useQuery("get", "/api/audit", { params }, { placeholderData: keepPreviousData });
  return (
    <DataTable
      name="audit"
      label={t("audit.title")}
      columns={useColumns()}
      rowKey={({ id }) => String(id)}
      query={list}
      state={state}
      lead={t("audit.lead")}
      empty={<EmptyState icon={<AuditOutlined />} title={t("audit.empty")} />}
    />
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
