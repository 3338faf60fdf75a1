import { Menu } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { useSignedIn } from "@/api/session";
import { LoopMark } from "@/shared/components/loop-mark";
import { allGroups, menuItems, placeOf } from "./menu";
import styles from "./shell.module.css";

interface Props {
  collapsed: boolean;
  onNavigate?: () => void;
}

export function SideMenu({ collapsed, onNavigate }: Props) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { user } = useSignedIn();
  const { place } = placeOf(pathname);
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is selected now
  useEffect(() => {
    nav.current?.querySelector(".ant-menu-item-selected")?.scrollIntoView?.({ block: "nearest" });
  }, [place]);
  return (
    <>
      <Link to="/" className={styles.brand} onClick={onNavigate}>
        <LoopMark size={30} />
        <span className={collapsed ? "visually-hidden" : undefined}>
          <span className={styles.brandName}>{t("common.product")}</span>
          <span className={styles.brandLine}>{t("common.tagline")}</span>
        </span>
      </Link>
      <nav aria-label={t("shell.menu.label")} className={styles.nav} ref={nav}>
        <Menu
          mode="inline"
          inlineCollapsed={collapsed}
          inlineIndent={16}
          items={menuItems(t, user.role)}
          selectedKeys={place ? [place] : []}
          {...(collapsed ? {} : { defaultOpenKeys: allGroups })}
          onClick={onNavigate}
        />
      </nav>
    </>
  );
}
