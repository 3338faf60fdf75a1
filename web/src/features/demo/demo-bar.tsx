import { DownOutlined, ExportOutlined, MobileOutlined } from "@ant-design/icons";
import { Button, Dropdown, Progress, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { client } from "@/api/client";
import { useSignedIn } from "@/api/session";
import type { Role } from "@/api/types";
import { formatDate } from "@/shared/format/format";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import styles from "./demo.module.css";
import { useDemo } from "./use-demo";

/** How far the story has come while it plays; days still fill the pages. */
function Filling() {
  const { t } = useTranslation();
  const { data } = useDemo();
  if (data?.state !== "playing") return null;
  const percent = Math.floor(data.share * 100);
  return (
    <Tooltip title={t("demo.fillingHint")}>
      <span className={styles.filling} role="status">
        <Progress percent={percent} size="small" showInfo={false} aria-label={t("demo.filling")} />
        <span className="tabular">
          {t("demo.fillingText", { percent, day: formatDate(new Date(data.now)).slice(5) })}
        </span>
      </span>
    </Tooltip>
  );
}

/** Be another of the demo's users. */
function RoleSwitch() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const { data } = useDemo();
  const showError = useErrorToast();
  const become = async (role: Role) => {
    try {
      const { data: found } = await client.POST("/api/demo/roles/{role}", { params: { path: { role } } });
      if (found) window.location.assign(found.path);
    } catch (error) {
      showError(error);
    }
  };
  const items = (data?.roles ?? []).map(({ role, name }) => ({
    key: role,
    label: `${t(`shell.role.${role as Role}`)} · ${name}`,
    disabled: role === user.role,
    onClick: () => void become(role as Role),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="text" size="small" className={styles.role}>
        {t("demo.role", { role: t(`shell.role.${user.role}`) })} <DownOutlined />
      </Button>
    </Dropdown>
  );
}

/** In the header of a demo: what this is, how far it has come, who one is, and the stranger with a phone. */
export function DemoBar({ onOpenPhone }: { onOpenPhone(): void }) {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  return (
    <div className={styles.bar}>
      <Tooltip title={t("demo.hint")}>
        <span className={styles.badge}>{t("demo.badge")}</span>
      </Tooltip>
      <Button size="small" type="primary" icon={<MobileOutlined />} onClick={onOpenPhone}>
        {t("demo.stranger")}
      </Button>
      <RoleSwitch />
      <a href={demo?.simulator_url} target="_blank" rel="noreferrer" className={styles.simulator}>
        <ExportOutlined aria-hidden /> <span>{t("shell.simulator")}</span>
      </a>
      <Filling />
    </div>
  );
}
