import { PlusOutlined, SyncOutlined, TagsOutlined } from "@ant-design/icons";
import { App, Button, Checkbox, Input, Skeleton, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { TagInfo } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { TabBar } from "@/shared/components/tab-bar";
import { TagFormDrawer } from "./tag-form-drawer";
import { TagTable } from "./tag-table";
import styles from "./tags.module.css";
import { useTagActs } from "./use-tags";

const tabs = ["all", "local", "wecom", "official_account"] as const;
type Tab = (typeof tabs)[number];

function Refresh() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { refresh } = useTagActs();
  const ask = () =>
    refresh.mutate(
      {},
      { onSuccess: ({ accounts }) => void message.info(t("tags.refreshing", { count: accounts })) },
    );
  return (
    <Button icon={<SyncOutlined />} loading={refresh.isPending} onClick={ask}>
      {t("tags.refresh")}
    </Button>
  );
}

/** 标签: our own, those of WeCom corps and of official accounts, with who carries them. */
export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const query = $api.useQuery("get", "/api/tags", {});
  const [tab, setTab] = useState<Tab>("all");
  const [search, setSearch] = useState("");
  const [withArchived, setWithArchived] = useState(false);
  const [edited, setEdited] = useState<TagInfo | "new" | null>(null);
  const all = query.data ?? [];
  const counted = (key: Tab) => all.filter(({ kind }) => key === "all" || kind === key);
  const shown = counted(tab).filter(
    ({ name, group, archived_at }) =>
      `${group}\n${name}`.includes(search.trim()) && (withArchived || archived_at === null),
  );
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited("new")}>
      {t("tags.new")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("tags.title")} text={t("tags.text")} extra={mayWrite && <Refresh />} />
      <TabBar
        label={t("tags.column.origin")}
        tabs={tabs.map((key) => ({ key, label: `${t(`tags.kind.${key}`)} ${counted(key).length}` }))}
        active={tab}
        onChange={(key) => setTab(key as Tab)}
      />
      {query.isPending && <Skeleton active />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <section className={`card ${styles.list}`} aria-label={t("tags.title")}>
          <div className={styles.bar}>
            <Input
              allowClear
              data-search
              maxLength={100}
              placeholder={t("tags.search")}
              aria-label={t("tags.search")}
              onChange={(event) => setSearch(event.target.value)}
            />
            <Space wrap>
              <Checkbox checked={withArchived} onChange={(event) => setWithArchived(event.target.checked)}>
                {t("tags.withArchived")}
              </Checkbox>
              {all.length > 0 && create}
            </Space>
          </div>
          {all.length > 0 ? (
            <TagTable tags={shown} onEdit={mayWrite ? setEdited : null} />
          ) : (
            <EmptyState
              icon={<TagsOutlined />}
              title={t("tags.empty.title")}
              text={t("tags.empty.text")}
              action={create}
            />
          )}
        </section>
      )}
      {edited && (
        <TagFormDrawer tag={edited === "new" ? null : edited} tags={all} onClose={() => setEdited(null)} />
      )}
    </>
  );
}
