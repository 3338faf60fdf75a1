import { MenuOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useSignedIn } from "@/api/session";
import { LanguageSwitch } from "@/shared/components/language-switch";
import { ThemeSwitch } from "@/shared/components/theme-switch";
import { useLiveState } from "@/shared/hooks/use-live";
import styles from "./header.module.css";
import { UserMenu } from "./user-menu";

/** Only a demo has it. */
const DemoBar = lazy(() => import("@/features/demo/demo-bar").then(({ DemoBar: Bar }) => ({ default: Bar })));

function LiveSign() {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <Tooltip title={t(`shell.live.${state}Hint`)}>
      <span className={styles.live} data-state={state} role="status">
        <span className={styles.dot} />
        <span className={styles.liveWord}>{t(`shell.live.${state}`)}</span>
      </span>
    </Tooltip>
  );
}

interface Props {
  onOpenMenu: (() => void) | undefined;
  onOpenPhone(): void;
}

export function Header({ onOpenMenu, onOpenPhone }: Props) {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  return (
    <header className={styles.header}>
      {onOpenMenu && (
        <Button type="text" icon={<MenuOutlined />} aria-label={t("shell.menu.open")} onClick={onOpenMenu} />
      )}
      {demo && (
        <Suspense>
          <DemoBar onOpenPhone={onOpenPhone} />
        </Suspense>
      )}
      <span className={styles.space} />
      <LiveSign />
      <LanguageSwitch />
      <ThemeSwitch />
      <UserMenu />
    </header>
  );
}
