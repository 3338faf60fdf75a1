import { PlusOutlined, ProfileOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Skeleton, Space, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import { useMayWrite } from "@/api/session";
import type { AttributeInfo } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { AttributeFormDrawer } from "./attribute-form-drawer";
import styles from "./attributes.module.css";

function Acts({ attribute, onEdit }: { attribute: AttributeInfo; onEdit(): void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const archive = $api.useMutation("put", "/api/attributes/{attribute_id}/archived", {
    onSettled: () => invalidateTopic(queries, "attributes"),
  });
  const archived = attribute.archived_at === null;
  const params = { path: { attribute_id: attribute.id } };
  return (
    <Space size={4}>
      <Button size="small" onClick={onEdit}>
        {t("common.action.edit")}
      </Button>
      <Button
        size="small"
        loading={archive.isPending}
        onClick={() => archive.mutate({ params, body: { archived } })}
      >
        {t(archived ? "attributes.archive" : "attributes.restore")}
      </Button>
    </Space>
  );
}

function AttributeTable({
  rows,
  onEdit,
}: {
  rows: AttributeInfo[];
  onEdit: ((row: AttributeInfo) => void) | null;
}) {
  const { t } = useTranslation();
  const columns = [
    {
      key: "name",
      title: t("attributes.column.name"),
      render: ({ name, archived_at }: AttributeInfo) => (
        <span className={archived_at ? styles.faint : undefined}>
          {name}
          {archived_at && ` · ${t("attributes.archived")}`}
        </span>
      ),
    },
    { key: "key", title: t("attributes.column.key"), render: ({ key }: AttributeInfo) => <code>{key}</code> },
    {
      key: "type",
      title: t("attributes.column.type"),
      render: ({ type, choices }: AttributeInfo) => (
        <span>
          {t(`attributes.type.${type}`)}
          {choices.length > 0 && (
            <span className={styles.faint}> · {choices.join(t("common.listSeparator"))}</span>
          )}
        </span>
      ),
    },
    {
      key: "persons",
      title: t("attributes.column.persons"),
      align: "right" as const,
      render: ({ persons }: AttributeInfo) => persons.toLocaleString(),
    },
  ];
  const acts = onEdit && {
    key: "acts",
    title: t("attributes.column.acts"),
    width: 150,
    render: (row: AttributeInfo) => <Acts attribute={row} onEdit={() => onEdit(row)} />,
  };
  return (
    <Table<AttributeInfo>
      rowKey="id"
      scroll={{ x: 640 }}
      pagination={false}
      dataSource={rows}
      columns={acts ? [...columns, acts] : columns}
    />
  );
}

/** 属性: what may be noted of persons, and of which type it is. */
export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const query = $api.useQuery("get", "/api/attributes", {});
  const [edited, setEdited] = useState<AttributeInfo | "new" | null>(null);
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited("new")}>
      {t("attributes.new")}
    </Button>
  );
  const rows = query.data ?? [];
  return (
    <>
      <PageHead title={t("attributes.title")} text={t("attributes.text")} extra={rows.length > 0 && create} />
      {query.isPending && <Skeleton active />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <section className={`card ${styles.list}`} aria-label={t("attributes.title")}>
          {rows.length > 0 ? (
            <AttributeTable rows={rows} onEdit={mayWrite ? setEdited : null} />
          ) : (
            <EmptyState
              icon={<ProfileOutlined />}
              title={t("attributes.empty.title")}
              text={t("attributes.empty.text")}
              action={create}
            />
          )}
        </section>
      )}
      {edited && (
        <AttributeFormDrawer attribute={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}
