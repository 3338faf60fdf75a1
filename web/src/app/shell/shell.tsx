import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Alert, Button, Drawer, Tooltip } from "antd";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation, useNavigation } from "react-router";
import { LiveProvider, useLiveState } from "@/shared/hooks/use-live";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { useSearchHotkey } from "@/shared/hooks/use-search-hotkey";
import { useStored } from "@/shared/hooks/use-stored";
import { Header } from "./header";
import styles from "./shell.module.css";
import { SideMenu } from "./side-menu";

/** Only a demo opens it. */
const DemoPhone = lazy(() =>
  import("@/features/demo/demo-phone").then(({ DemoPhone: Phone }) => ({ default: Phone })),
);

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

/** A page begins at its top. */
function useScrollToTop() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is what makes it scroll
  useEffect(() => {
    main.current?.scrollTo({ top: 0 }); // newer browsers answer a promise, which must not become the effect's clean-up
  }, [pathname]);
  return main;
}

/** A thin line while the next page's code is on its way. */
function Progress() {
  return useNavigation().state === "loading" && <div className={styles.progress} />;
}

/** Menu at the left, header on top, the page in the middle. On a narrow screen the menu becomes a drawer. */
export function Shell() {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const [menuOpen, setMenuOpen] = useState(false);
  const [phoneOpen, setPhoneOpen] = useState(false);
  const main = useScrollToTop();
  useSearchHotkey();
  return (
    <LiveProvider>
      <a className="skip-link" href="#main">
        {t("shell.skip")}
      </a>
      <Progress />
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
          <Header
            onOpenMenu={isNarrow ? () => setMenuOpen(true) : undefined}
            onOpenPhone={() => setPhoneOpen(true)}
          />
          <OfflineBanner />
          <main id="main" ref={main} tabIndex={-1} className={styles.main}>
            <Outlet />
          </main>
        </div>
        {phoneOpen && (
          <Suspense>
            <DemoPhone onClose={() => setPhoneOpen(false)} />
          </Suspense>
        )}
      </div>
    </LiveProvider>
  );
}
