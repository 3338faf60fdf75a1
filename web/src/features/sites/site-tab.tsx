import { GlobalOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Site } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { SiteCard } from "./site-card";
import { SiteFormDrawer } from "./site-form-drawer";
import styles from "./sites.module.css";
import { useMayManage, useSites } from "./use-sites";

/** All sites with their keys. */
export function SiteTab() {
  const { t } = useTranslation();
  const sites = useSites();
  const mayManage = useMayManage();
  const [editing, setEditing] = useState<Site | "new" | null>(null);
  const create = mayManage && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
      {t("sites.new")}
    </Button>
  );
  return (
    <>
      {sites.isPending && <Skeleton active />}
      {sites.error && !sites.data && <ErrorState error={sites.error} onRetry={() => void sites.refetch()} />}
      {sites.data?.length === 0 && (
        <div className="card">
          <EmptyState
            icon={<GlobalOutlined />}
            title={t("sites.empty.title")}
            text={t("sites.empty.text")}
            action={create}
          />
        </div>
      )}
      {sites.data && sites.data.length > 0 && (
        <>
          <div className={styles.bar}>
            <span className={styles.faint}>{t("sites.count", { count: sites.data.length })}</span>
            {create}
          </div>
          <div className={styles.cards}>
            {sites.data.map((site) => (
              <SiteCard key={site.id} site={site} onEdit={() => setEditing(site)} />
            ))}
          </div>
        </>
      )}
      {editing !== null && (
        <SiteFormDrawer site={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}
