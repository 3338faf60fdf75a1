import { NotificationOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { NewWebhook, Webhook } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import styles from "./sites.module.css";
import { useMayManage, useSites, useWebhooks } from "./use-sites";
import { WebhookCard } from "./webhook-card";
import { WebhookFormDrawer } from "./webhook-form-drawer";
import { SecretModal } from "./webhook-secret";

/** Systems that hear of what happens. */
export function WebhookTab() {
  const { t } = useTranslation();
  const webhooks = useWebhooks();
  const sites = useSites();
  const mayManage = useMayManage();
  const [editing, setEditing] = useState<Webhook | "new" | null>(null);
  const [told, setTold] = useState<NewWebhook | null>(null);
  const hasSite = (sites.data ?? []).length > 0;
  const create = mayManage && hasSite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
      {t("sites.hook.new")}
    </Button>
  );
  return (
    <>
      {webhooks.isPending && <Skeleton active />}
      {webhooks.error && !webhooks.data && (
        <ErrorState error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      )}
      {webhooks.data?.length === 0 && (
        <div className="card">
          <EmptyState
            icon={<NotificationOutlined />}
            title={t("sites.hook.empty.title")}
            text={t("sites.hook.empty.text")}
            action={hasSite ? create : <Link to="?tab=sites">{t("sites.needSite")}</Link>}
          />
        </div>
      )}
      {webhooks.data && webhooks.data.length > 0 && (
        <>
          <div className={styles.bar}>
            <span className={styles.faint}>{t("sites.hook.count", { count: webhooks.data.length })}</span>
            {create}
          </div>
          <div className={styles.cards}>
            {webhooks.data.map((webhook) => (
              <WebhookCard
                key={webhook.id}
                webhook={webhook}
                onEdit={() => setEditing(webhook)}
                onRotated={setTold}
              />
            ))}
          </div>
        </>
      )}
      {editing !== null && (
        <WebhookFormDrawer
          webhook={editing === "new" ? null : editing}
          onMade={setTold}
          onClose={() => setEditing(null)}
        />
      )}
      {told && <SecretModal made={told} onClose={() => setTold(null)} />}
    </>
  );
}
