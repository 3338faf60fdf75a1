import { DownOutlined, KeyOutlined, LogoutOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSignedIn, useSignOut } from "@/api/session";
import { Monogram } from "@/shared/components/monogram";
import styles from "./header.module.css";

const PasswordDialog = lazy(() =>
  import("@/features/access/password-dialog").then((module) => ({ default: module.PasswordDialog })),
);

export function UserMenu() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const signOut = useSignOut();
  const [changing, setChanging] = useState(false);
  const items = [
    { key: "who", type: "group" as const, label: `${user.login} · ${t(`shell.role.${user.role}`)}` },
    {
      key: "password",
      icon: <KeyOutlined />,
      label: t("shell.user.password"),
      onClick: () => setChanging(true),
    },
    {
      key: "signOut",
      icon: <LogoutOutlined />,
      label: t("shell.user.signOut"),
      onClick: () => signOut.mutate(),
    },
  ];
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items }} placement="bottomRight">
        <Button type="text" className={styles.user} aria-haspopup="menu">
          <Monogram name={user.name} size={26} />
          <span className={styles.userName}>{user.name}</span>
          <span className="visually-hidden">{t("shell.user.menu")}</span>
          <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      {changing && (
        <Suspense fallback={null}>
          <PasswordDialog onClose={() => setChanging(false)} />
        </Suspense>
      )}
    </>
  );
}
