import { CodeOutlined, DeleteOutlined, EditOutlined, GlobalOutlined, KeyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewWriteKey, Site, WriteKey } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { StateDot } from "@/shared/components/state-dot";
import { KeyFormDrawer } from "./key-form-drawer";
import { KeyList } from "./key-list";
import styles from "./sites.module.css";
import { SnippetModal } from "./snippets";
import { useConfirm } from "./use-confirm";
import { useMayManage, useRemoveSite } from "./use-sites";

function Arrival({ site }: { site: Site }) {
  const { t } = useTranslation();
  if (!site.last_event_at) return <StateDot tone="quiet">{t("sites.nothingYet")}</StateDot>;
  return (
    <span className={styles.state}>
      <StateDot tone="good">{t("sites.receiving")}</StateDot>
      <span className={styles.faint}>
        {t("sites.lastEvent")} <Moment at={site.last_event_at} relative />
      </span>
    </span>
  );
}

/** One site: whether it sends, its keys, and how to connect it. */
export function SiteCard({ site, onEdit }: { site: Site; onEdit(): void }) {
  const { t } = useTranslation();
  const mayManage = useMayManage();
  const [editing, setEditing] = useState<WriteKey | "new" | null>(null);
  const [told, setTold] = useState<NewWriteKey | "howto" | null>(null);
  const remove = useRemoveSite();
  const confirm = useConfirm();
  const askRemoval = () =>
    confirm({
      title: t("sites.remove.title", { name: site.name }),
      text: t("sites.remove.text"),
      ok: t("common.action.delete"),
      act: () => remove.mutateAsync({ params: { path: { account_id: site.id } } }),
    });
  return (
    <section className={`card ${styles.card}`} aria-labelledby={`site-${site.id}`}>
      <div className={styles.head}>
        <span className={styles.icon}>
          <GlobalOutlined />
        </span>
        <div className={styles.title}>
          <h2 id={`site-${site.id}`}>{site.name}</h2>
          <code className={styles.faint}>{site.app_id}</code>
        </div>
        <Arrival site={site} />
      </div>
      <KeyList site={site} onEdit={setEditing} />
      <div className={styles.actions}>
        {mayManage && (
          <Button type="primary" ghost icon={<KeyOutlined />} onClick={() => setEditing("new")}>
            {t("sites.key.new")}
          </Button>
        )}
        <Button icon={<CodeOutlined />} onClick={() => setTold("howto")}>
          {t("sites.snippet.title")}
        </Button>
        <span className={styles.space} />
        {mayManage && (
          <>
            <Button
              type="text"
              icon={<EditOutlined />}
              aria-label={t("common.action.edit")}
              onClick={onEdit}
            />
            <Button
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={t("common.action.delete")}
              onClick={askRemoval}
            />
          </>
        )}
      </div>
      {editing !== null && (
        <KeyFormDrawer
          site={site}
          given={editing === "new" ? null : editing}
          onMade={setTold}
          onClose={() => setEditing(null)}
        />
      )}
      {told !== null && (
        <SnippetModal site={site} made={told === "howto" ? null : told} onClose={() => setTold(null)} />
      )}
    </section>
  );
}
