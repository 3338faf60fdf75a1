import { DesktopOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import type { ThemeChoice } from "@/api/types";
import { usePreferences } from "@/shared/hooks/use-preferences";

const icons = { light: <SunOutlined />, dark: <MoonOutlined />, system: <DesktopOutlined /> };
const choices: ThemeChoice[] = ["light", "dark", "system"];

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { themeChoice, mode, setTheme } = usePreferences();
  const items = choices.map((key) => ({ key, icon: icons[key], label: t(`shell.theme.${key}`) }));
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items, selectedKeys: [themeChoice], onClick: ({ key }) => setTheme(key as ThemeChoice) }}
    >
      <Button type="text" icon={icons[mode]} aria-label={t("shell.theme.label")} aria-haspopup="menu" />
    </Dropdown>
  );
}
