import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Alert, Button, Drawer, Skeleton, Tooltip } from "antd";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { LiveProvider, useLiveState } from "@/shared/hooks/use-live";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { useStored } from "@/shared/hooks/use-stored";
import { Header } from "./header";
import styles from "./shell.module.css";
import { SideMenu } from "./side-menu";

function Sider() {
  const { t } = useTranslation();
  const [collapsed, setCollapsed] = useStored("weloop.menu.collapsed", false);
  const label = t(collapsed ? "shell.menu.expand" : "shell.menu.collapse");
  return (
    <aside className={collapsed ? `${styles.sider} ${styles.collapsed}` : styles.sider}>
      <SideMenu collapsed={collapsed} />
      <Tooltip title={label} placement="right">
        <Button
          type="text"
          className={styles.fold}
          aria-label={label}
          aria-expanded={!collapsed}
          icon={collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
          onClick={() => setCollapsed(!collapsed)}
        />
      </Tooltip>
    </aside>
  );
}

function OfflineBanner() {
  const { t } = useTranslation();
  if (useLiveState() !== "offline") return null;
  return <Alert banner type="warning" showIcon title={t("shell.offlineBanner")} />;
}

/** Menu at the left, header on top, the page in the middle. On a narrow screen the menu becomes a drawer. */
export function Shell() {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const [menuOpen, setMenuOpen] = useState(false);
  return (
    <LiveProvider>
      <a className="skip-link" href="#main">
        {t("shell.skip")}
      </a>
      <div className={styles.shell}>
        {isNarrow ? (
          <Drawer
            open={menuOpen}
            onClose={() => setMenuOpen(false)}
            placement="left"
            size={264}
            title={t("shell.menu.label")}
            styles={{ body: { padding: "8px 0" } }}
          >
            <SideMenu collapsed={false} onNavigate={() => setMenuOpen(false)} />
          </Drawer>
        ) : (
          <Sider />
        )}
        <div className={styles.column}>
          <Header onOpenMenu={isNarrow ? () => setMenuOpen(true) : undefined} />
          <OfflineBanner />
          <main id="main" tabIndex={-1} className={styles.main}>
            <Suspense fallback={<Skeleton active />}>
              <Outlet />
            </Suspense>
          </main>
        </div>
      </div>
    </LiveProvider>
  );
}
