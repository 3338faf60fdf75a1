import { ReloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { AccountMenu, LiveButton, MenuVersion } from "@/api/types";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import styles from "./menu.module.css";
import { useFetchMenu } from "./use-menus";

const tones: Record<MenuVersion["status"], Tone> = {
  publishing: "busy",
  live: "good",
  replaced: "quiet",
  failed: "bad",
};

function Leaf({ button }: { button: LiveButton }) {
  return (
    <li>
      <span>{button.name}</span>
      {button.value && <small>{button.value}</small>}
      {button.sub && button.sub.length > 0 && (
        <ul>
          {button.sub.map((each) => (
            <Leaf key={each.name} button={each} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** What the platform shows followers now, whoever made it. */
export function LiveMenu({ accountId, menu }: { accountId: number; menu: AccountMenu }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const fetch = useFetchMenu();
  const live = menu.live;
  return (
    <section className={`card ${styles.part}`} aria-label={t("accountMenus.live.title")}>
      <header>
        <h2>{t("accountMenus.live.title")}</h2>
        {mayWrite && (
          <Button
            size="small"
            icon={<ReloadOutlined />}
            loading={fetch.isPending}
            onClick={() => fetch.mutate({ params: { path: { account_id: accountId } } })}
          >
            {t("accountMenus.live.fetch")}
          </Button>
        )}
      </header>
      {live === null && <p className={styles.faint}>{t("accountMenus.live.unknown")}</p>}
      {live !== null && (
        <>
          <p className={styles.faint}>
            {t("accountMenus.live.at")} <Moment at={live.fetched_at} />
          </p>
          {live.buttons.length === 0 ? (
            <p>{t("accountMenus.live.none")}</p>
          ) : (
            <ul className={styles.tree}>
              {live.buttons.map((button) => (
                <Leaf key={button.name} button={button} />
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

interface VersionsProps {
  menu: AccountMenu;
  onTake(version: MenuVersion): void;
}

/** Every version that was published; an older one can be taken up again. */
export function MenuVersions({ menu, onTake }: VersionsProps) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  return (
    <section className={`card ${styles.part}`} aria-label={t("accountMenus.versions.title")}>
      <h2>{t("accountMenus.versions.title")}</h2>
      {menu.versions.length === 0 && <p className={styles.faint}>{t("accountMenus.versions.none")}</p>}
      <ul className={styles.versions}>
        {menu.versions.map((version) => (
          <li key={version.id}>
            <StateDot tone={tones[version.status]}>{t(`accountMenus.status.${version.status}`)}</StateDot>
            <Moment at={version.created_at} />
            {mayWrite && (
              <Button type="link" size="small" onClick={() => onTake(version)}>
                {t("accountMenus.versions.take")}
              </Button>
            )}
            <span className={styles.names}>{version.buttons.map(({ name }) => name).join(" · ")}</span>
            {version.failure && <FailureText failure={version.failure} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
