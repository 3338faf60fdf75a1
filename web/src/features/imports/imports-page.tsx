import { ImportOutlined } from "@ant-design/icons";
import { Space } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Import } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { DownloadButton } from "@/shared/components/download-button";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import { ImportState } from "./import-state";
import { UploadImportButton } from "./upload-button";
import { templateAddress, useImportList } from "./use-imports";

function Buttons() {
  const { t } = useTranslation();
  return (
    <Space>
      <DownloadButton address={templateAddress} fileName="weloop-import.xlsx" label={t("imports.template")} />
      <UploadImportButton />
    </Space>
  );
}

function useColumns(): Column<Import>[] {
  const { t } = useTranslation();
  return [
    {
      key: "name",
      title: t("imports.column.name"),
      fixed: true,
      render: ({ id, name }) => <Link to={`/imports/${id}`}>{name}</Link>,
    },
    {
      key: "state",
      title: t("imports.column.state"),
      render: ({ state }) => <ImportState state={state} />,
    },
    {
      key: "done",
      title: t("imports.column.done"),
      align: "right",
      render: ({ done, rows }) => (
        <span className="tabular">
          {formatNumber(done)} / {formatNumber(rows)}
        </span>
      ),
    },
    {
      key: "leads",
      title: t("imports.column.leads"),
      align: "right",
      render: ({ leads, placement }) =>
        placement === "none" ? t("common.none") : <span className="tabular">{formatNumber(leads)}</span>,
    },
    {
      key: "by",
      title: t("imports.column.by"),
      render: ({ created_by }) => created_by ?? t("common.none"),
    },
    {
      key: "at",
      title: t("imports.column.at"),
      render: ({ created_at }) => <Moment at={created_at} />,
    },
  ];
}

function NotForSdr() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<ImportOutlined />}
      title={t("shell.notAllowed.title")}
      text={t("shell.notAllowed.text")}
    />
  );
}

function List() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const state = useTableState<never>([]);
  const columns = useColumns();
  return (
    <DataTable
      name="imports"
      label={t("imports.title")}
      columns={columns}
      rowKey={({ id }) => String(id)}
      query={useImportList(state)}
      state={state}
      onOpen={({ id }) => void navigate(`/imports/${id}`)}
      empty={
        <EmptyState
          icon={<ImportOutlined />}
          title={t("imports.empty.title")}
          text={t("imports.empty.text")}
          action={<Buttons />}
        />
      }
      actions={<Buttons />}
    />
  );
}

/** Files of people that came in, or are about to. */
export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  return (
    <>
      <PageHead title={t("imports.title")} text={t("imports.text")} />
      {mayWrite ? <List /> : <NotForSdr />}
    </>
  );
}
