import { DeleteOutlined, EditOutlined, MessageOutlined, PlusOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Skeleton, Space, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import { useMayWrite } from "@/api/session";
import type { Script } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { ScriptFormDrawer } from "./script-form-drawer";
import styles from "./scripts.module.css";

function Acts({ script, onEdit }: { script: Script; onEdit(): void }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const remove = $api.useMutation("delete", "/api/scripts/{script_id}", {
    onSettled: () => invalidateTopic(queries, "scripts"),
    onError: (error: unknown) => {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    },
  });
  const ask = () =>
    modal.confirm({
      title: t("scripts.delete.title", { name: script.name }),
      content: t("scripts.delete.text"),
      okText: t("common.action.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.action.cancel"),
      onOk: () => remove.mutateAsync({ params: { path: { script_id: script.id } } }),
    });
  return (
    <Space>
      <Button
        size="small"
        icon={<EditOutlined />}
        aria-label={t("scripts.editOf", { name: script.name })}
        onClick={onEdit}
      />
      <Button
        size="small"
        danger
        icon={<DeleteOutlined />}
        aria-label={t("scripts.delete.title", { name: script.name })}
        onClick={ask}
      />
    </Space>
  );
}

function ScriptTable({ scripts, onEdit }: { scripts: Script[]; onEdit: ((script: Script) => void) | null }) {
  const { t } = useTranslation();
  const columns = [
    {
      key: "name",
      title: t("scripts.column.name"),
      width: 140,
      render: ({ name, category }: Script) => (
        <span className={styles.name}>
          <strong>{name}</strong>
          {category && <Tag>{category}</Tag>}
        </span>
      ),
    },
    {
      key: "text",
      title: t("scripts.column.text"),
      render: ({ text }: Script) => <span className={styles.text}>{text}</span>,
    },
    {
      key: "updated",
      title: t("scripts.column.updated"),
      width: 150,
      render: ({ updated_at }: Script) => <Moment at={updated_at} />,
    },
  ];
  const acts = onEdit && {
    key: "acts",
    title: t("scripts.column.acts"),
    width: 110,
    render: (script: Script) => <Acts script={script} onEdit={() => onEdit(script)} />,
  };
  return (
    <Table<Script>
      rowKey="id"
      scroll={{ x: 620 }}
      pagination={scripts.length > 20 ? { pageSize: 20 } : false}
      dataSource={scripts}
      columns={acts ? [...columns, acts] : columns}
    />
  );
}

/** 话术: what members send from the chat sidebar. */
export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const query = $api.useQuery("get", "/api/scripts", {});
  const [search, setSearch] = useState("");
  const [edited, setEdited] = useState<Script | "new" | null>(null);
  const all = query.data ?? [];
  const shown = all.filter(({ name, category, text }) =>
    `${name}\n${category}\n${text}`.includes(search.trim()),
  );
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited("new")}>
      {t("scripts.new")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("scripts.title")} text={t("scripts.text")} />
      {query.isPending && <Skeleton active />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <section className={`card ${styles.list}`} aria-label={t("scripts.title")}>
          <div className={styles.bar}>
            <Input
              allowClear
              data-search
              maxLength={100}
              placeholder={t("scripts.search")}
              aria-label={t("scripts.search")}
              onChange={(event) => setSearch(event.target.value)}
            />
            {all.length > 0 && create}
          </div>
          {all.length > 0 ? (
            <ScriptTable scripts={shown} onEdit={mayWrite ? setEdited : null} />
          ) : (
            <EmptyState
              icon={<MessageOutlined />}
              title={t("scripts.empty.title")}
              text={t("scripts.empty.text")}
              action={create}
            />
          )}
        </section>
      )}
      {edited && (
        <ScriptFormDrawer
          script={edited === "new" ? null : edited}
          categories={[...new Set(all.map(({ category }) => category).filter(Boolean))]}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}
