import { App, Button, Popover, Space, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { TagInfo } from "@/api/types";
import { FailureText } from "@/shared/components/failure-text";
import { StateDot } from "@/shared/components/state-dot";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./tags.module.css";
import { useTagActs } from "./use-tags";

function State({ tag }: { tag: TagInfo }) {
  const { t } = useTranslation();
  if (tag.failure) {
    return (
      <Popover content={<FailureText failure={tag.failure} />}>
        <button type="button" className={styles.why}>
          <StateDot tone="bad">
            {t(tag.state === "failed" ? "tags.state.failed" : "tags.state.unchanged")}
          </StateDot>
        </button>
      </Popover>
    );
  }
  if (tag.is_pending) return <StateDot tone="busy">{t("tags.state.creating")}</StateDot>;
  if (tag.failed > 0) return <StateDot tone="warn">{t("tags.state.partly", { count: tag.failed })}</StateDot>;
  if (tag.waiting > 0)
    return <StateDot tone="busy">{t("tags.state.marking", { count: tag.waiting })}</StateDot>;
  return (
    <StateDot tone={tag.archived_at ? "quiet" : "good"}>
      {t(`tags.state.${tag.archived_at ? "archived" : "ready"}`)}
    </StateDot>
  );
}

function Acts({ tag, onEdit }: { tag: TagInfo; onEdit(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const { archive, retry } = useTagActs();
  const complain = (error: unknown) => {
    const { title, fix } = errorText(error);
    message.error(`${title} ${fix}`);
  };
  const path = { tag_id: tag.id };
  const archived = tag.archived_at === null;
  return (
    <Space size={4} wrap>
      {tag.state === "failed" ? (
        <Button size="small" onClick={() => retry.mutate({ params: { path } }, { onError: complain })}>
          {t("common.action.retry")}
        </Button>
      ) : (
        <Button size="small" onClick={onEdit} disabled={tag.state !== "ready"}>
          {t("tags.rename")}
        </Button>
      )}
      <Button
        size="small"
        onClick={() => archive.mutate({ params: { path }, body: { archived } }, { onError: complain })}
      >
        {t(archived ? "tags.archive" : "tags.restore")}
      </Button>
    </Space>
  );
}

interface Props {
  tags: TagInfo[];
  onEdit: ((tag: TagInfo) => void) | null;
}

export function TagTable({ tags, onEdit }: Props) {
  const { t } = useTranslation();
  const columns = [
    {
      key: "name",
      title: t("tags.column.name"),
      render: (tag: TagInfo) => (
        <span className={styles.name}>
          <Tag className={styles.tag}>{tag.name}</Tag>
          {tag.group && <span className={styles.faint}>{tag.group}</span>}
        </span>
      ),
    },
    {
      key: "origin",
      title: t("tags.column.origin"),
      render: ({ kind, account_name }: TagInfo) => (
        <span>
          {t(`tags.kind.${kind as "local"}`)}
          {account_name && <span className={styles.faint}> · {account_name}</span>}
        </span>
      ),
    },
    {
      key: "persons",
      title: t("tags.column.persons"),
      align: "right" as const,
      width: 110,
      render: ({ id, persons }: TagInfo) => <Link to={`/persons?tag=${id}`}>{persons.toLocaleString()}</Link>,
    },
    {
      key: "state",
      title: t("tags.column.state"),
      width: 170,
      render: (tag: TagInfo) => <State tag={tag} />,
    },
  ];
  const acts = onEdit && {
    key: "acts",
    title: t("tags.column.acts"),
    width: 170,
    render: (tag: TagInfo) => <Acts tag={tag} onEdit={() => onEdit(tag)} />,
  };
  return (
    <Table<TagInfo>
      rowKey="id"
      size="middle"
      scroll={{ x: 720 }}
      pagination={tags.length > 50 ? { pageSize: 50 } : false}
      dataSource={tags}
      columns={acts ? [...columns, acts] : columns}
    />
  );
}
