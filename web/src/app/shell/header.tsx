import { ExportOutlined, MenuOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useSignedIn } from "@/api/session";
import { LanguageSwitch } from "@/shared/components/language-switch";
import { ThemeSwitch } from "@/shared/components/theme-switch";
import { useLiveState } from "@/shared/hooks/use-live";
import styles from "./header.module.css";
import { UserMenu } from "./user-menu";

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

function DemoSign() {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  if (!demo) return null;
  return (
    <div className={styles.demo}>
      <Tooltip title={t("shell.demoHint")}>
        <span className={styles.demoBadge}>{t("shell.demo")}</span>
      </Tooltip>
      <a href={demo.simulator_url} target="_blank" rel="noreferrer" className={styles.simulator}>
        <ExportOutlined aria-hidden /> <span>{t("shell.simulator")}</span>
      </a>
    </div>
  );
}

export function Header({ onOpenMenu }: { onOpenMenu: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <header className={styles.header}>
      {onOpenMenu && (
        <Button type="text" icon={<MenuOutlined />} aria-label={t("shell.menu.open")} onClick={onOpenMenu} />
      )}
      <DemoSign />
      <span className={styles.space} />
      <LiveSign />
      <LanguageSwitch />
      <ThemeSwitch />
      <UserMenu />
    </header>
  );
}
