import {
  ApiOutlined,
  PlusOutlined,
  TeamOutlined,
  VideoCameraOutlined,
  WechatOutlined,
} from "@ant-design/icons";
import { Button, Dropdown, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Account, AccountKind } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { AccountCard } from "./account-card";
import { AccountFormDrawer } from "./account-form-drawer";
import styles from "./accounts.module.css";
import { useAccounts, useMayManage } from "./use-accounts";
import { VideoChannelDrawer, VideoChannels } from "./video-channels";

const icons = { wecom: <TeamOutlined />, official_account: <WechatOutlined /> };
const kinds: AccountKind[] = ["wecom", "official_account"];
/** What is noted, not connected. */
const video = "video_channel";
type Chosen = AccountKind | typeof video;

function ConnectButton({ onConnect }: { onConnect(kind: Chosen): void }) {
  const { t } = useTranslation();
  const items = [
    ...kinds.map((key) => ({ key, icon: icons[key], label: t(`accounts.kind.${key}`) })),
    { key: video, icon: <VideoCameraOutlined />, label: t("accounts.video.kind") },
  ];
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => onConnect(key as Chosen) }}>
      <Button type="primary" icon={<PlusOutlined />} aria-haspopup="menu">
        {t("accounts.connect")}
      </Button>
    </Dropdown>
  );
}

export function Page() {
  const { t } = useTranslation();
  const accounts = useAccounts();
  const mayManage = useMayManage();
  const [editing, setEditing] = useState<Account | Chosen | null>(null);
  const connect = mayManage ? <ConnectButton onConnect={setEditing} /> : undefined;
  const head = mayManage && (
    <div className={styles.headActs}>
      <Link to="/settings/onboarding">{t("accounts.guide")}</Link>
      {connect}
    </div>
  );
  return (
    <>
      <PageHead title={t("accounts.title")} text={t("accounts.text")} extra={head} />
      {accounts.isPending && <Skeleton active />}
      {accounts.error && !accounts.data && (
        <ErrorState error={accounts.error} onRetry={() => void accounts.refetch()} />
      )}
      {accounts.data?.length === 0 && (
        <div className="card">
          <EmptyState
            icon={<ApiOutlined />}
            title={t("accounts.empty.title")}
            text={t("accounts.empty.text")}
            action={connect}
          />
        </div>
      )}
      <div className={styles.cards}>
        {accounts.data?.map((account) => (
          <AccountCard key={account.id} account={account} onEdit={() => setEditing(account)} />
        ))}
        <VideoChannels mayManage={mayManage} />
      </div>
      {editing === video && <VideoChannelDrawer known={null} onClose={() => setEditing(null)} />}
      {editing !== null && editing !== video && (
        <AccountFormDrawer subject={editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}
