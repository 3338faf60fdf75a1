import { PictureOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useMayWrite } from "@/api/session";
import type { MomentPost } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import { MomentFormDrawer } from "./moment-form-drawer";
import { MomentState } from "./moment-state";
import { timeOf } from "./moment-values";
import styles from "./moments.module.css";
import { type MomentFilter, states, useMomentList } from "./use-moments";

const filterKeys: readonly MomentFilter[] = ["search", "state"];

function useColumns(): Column<MomentPost>[] {
  const { t } = useTranslation();
  const figure = (key: "visible" | "likes" | "comments") => ({
    key,
    title: t(`moments.figure.${key}`),
    align: "right" as const,
    render: (post: MomentPost) => (post.published > 0 ? formatNumber(post[key]) : "—"),
  });
  return [
    {
      key: "text",
      title: t("moments.column.text"),
      fixed: true,
      render: ({ id, text, attachments }) => (
        <Link to={`/moments/${id}`} className={styles.excerpt}>
          {text.trim() || t("moments.pictures", { count: attachments.length })}
        </Link>
      ),
    },
    { key: "kind", title: t("moments.column.kind"), render: ({ kind }) => t(`moments.kind.${kind}`) },
    { key: "state", title: t("moments.column.state"), render: (post) => <MomentState post={post} /> },
    {
      key: "published",
      title: t("moments.figure.published"),
      align: "right",
      render: ({ published, asked, members }) =>
        `${formatNumber(published)} / ${formatNumber(asked || members.length)}`,
    },
    figure("visible"),
    figure("likes"),
    figure("comments"),
    { key: "account", title: t("moments.column.account"), render: ({ account_name }) => account_name },
    {
      key: "at",
      title: t("moments.column.at"),
      render: (post) => <Moment at={timeOf(post)} />,
    },
  ];
}

export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useMomentList(state);
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const [creating, setCreating] = useState(false);
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
      {t("moments.new")}
    </Button>
  );
  const key = Object.values(state.filters).some(Boolean) ? "emptyFiltered" : "empty";
  return (
    <>
      <PageHead title={t("moments.title")} text={t("moments.text")} />
      <FilterCard state={state}>
        <Form.Item name="search" label={t("moments.column.text")}>
          <Input allowClear data-search maxLength={100} />
        </Form.Item>
        <Form.Item name="state" label={t("moments.column.state")}>
          <Select
            allowClear
            placeholder={t("moments.allStates")}
            options={states.map((value) => ({ value, label: t(`moments.state.${value}`) }))}
          />
        </Form.Item>
      </FilterCard>
      <DataTable
        name="moments"
        label={t("moments.title")}
        columns={useColumns()}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={({ id }) => void navigate(`/moments/${id}`)}
        empty={
          <EmptyState
            icon={<PictureOutlined />}
            title={t(`moments.${key}.title`)}
            text={t(`moments.${key}.text`)}
            action={key === "empty" && create}
          />
        }
        actions={create}
      />
      {creating && (
        <MomentFormDrawer
          post={null}
          onSaved={(id) => void navigate(`/moments/${id}`)}
          onClose={() => setCreating(false)}
        />
      )}
    </>
  );
}
