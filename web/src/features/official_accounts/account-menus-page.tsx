import { MenuOutlined } from "@ant-design/icons";
import { Alert, Select, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import type { AccountMenu, MenuButton } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import styles from "./menu.module.css";
import { MenuEditor } from "./menu-editor";
import { LiveMenu, MenuVersions } from "./menu-side";
import { useMenu } from "./use-menus";
import { useOfficialAccounts } from "./use-official-accounts";

function Work({ accountId, menu }: { accountId: number; menu: AccountMenu }) {
  const { t } = useTranslation();
  const [taken, setTaken] = useState<MenuButton[] | null>(null);
  return (
    <div className={styles.layout}>
      <section className={`card ${styles.part}`} aria-label={t("accountMenus.edit")}>
        <h2>{t("accountMenus.edit")}</h2>
        <MenuEditor accountId={accountId} menu={menu} taken={taken} />
      </section>
      <div>
        <LiveMenu accountId={accountId} menu={menu} />
        <MenuVersions menu={menu} onTake={({ buttons }) => setTaken(buttons)} />
      </div>
    </div>
  );
}

function OfAccount({ accountId }: { accountId: number }) {
  const query = useMenu(accountId);
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Skeleton active paragraph={{ rows: 10 }} />;
  return <Work key={accountId} accountId={accountId} menu={query.data} />;
}

/** The menu of an official account: edit, publish, see what is live, go back to an older version. */
export function Page() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const accounts = useOfficialAccounts();
  const asked = Number(query.get("account"));
  const account = accounts?.find(({ id }) => id === asked) ?? accounts?.[0];
  const choice = accounts !== undefined && account !== undefined && accounts.length > 1 && (
    <Select
      aria-label={t("sceneQrs.form.account")}
      value={account.id}
      onChange={(id) => setQuery({ account: String(id) })}
      options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
      style={{ minWidth: 200 }}
    />
  );
  return (
    <>
      <PageHead title={t("accountMenus.title")} text={t("accountMenus.text")} extra={choice} />
      {account !== undefined && (
        <>
          <Alert type="info" showIcon style={{ marginBottom: 14 }} title={t("accountMenus.limits")} />
          <OfAccount accountId={account.id} />
        </>
      )}
      {accounts !== undefined && account === undefined && (
        <div className="card">
          <EmptyState
            icon={<MenuOutlined />}
            title={t("accountMenus.empty.title")}
            text={t("accountMenus.empty.text")}
            action={<Link to="/settings/accounts">{t("sceneQrs.needAccount")}</Link>}
          />
        </div>
      )}
    </>
  );
}
