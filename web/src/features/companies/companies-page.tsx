import { BankOutlined } from "@ant-design/icons";
import { keepPreviousData } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { $api } from "@/api/client";
import type { CompanyInfo } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";

/** 公司: whom persons work for, most persons first. */
export function Page() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const state = useTableState(["search"]);
  const { search } = state.filters;
  const query = { page: state.page, size: state.size, ...(search && { search }) };
  const list = $api.useQuery(
    "get",
    "/api/companies",
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
  const columns: Column<CompanyInfo>[] = [
    {
      key: "name",
      title: t("companies.column.name"),
      fixed: true,
      render: ({ id, name }) => <Link to={`/companies/${id}`}>{name}</Link>,
    },
    {
      key: "persons",
      title: t("companies.column.persons"),
      align: "right",
      render: ({ persons }) => persons.toLocaleString(),
    },
    {
      key: "since",
      title: t("companies.column.since"),
      render: ({ created_at }) => <Moment at={created_at} />,
    },
  ];
  return (
    <>
      <PageHead title={t("companies.title")} text={t("companies.text")} />
      <FilterCard state={state}>
        <Form.Item name="search" label={t("companies.search")}>
          <Input allowClear data-search maxLength={100} />
        </Form.Item>
      </FilterCard>
      <DataTable
        name="companies"
        label={t("companies.title")}
        columns={columns}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={({ id }) => void navigate(`/companies/${id}`)}
        empty={
          <EmptyState
            icon={<BankOutlined />}
            title={t("companies.empty.title")}
            text={t("companies.empty.text")}
          />
        }
      />
    </>
  );
}
