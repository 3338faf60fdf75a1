import { GlobalOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { localeNames } from "@/i18n/locale-names";
import { usePreferences } from "@/shared/hooks/use-preferences";

export function LanguageSwitch() {
  const { t } = useTranslation();
  const { locale, setLocale } = usePreferences();
  const items = Object.entries(localeNames).map(([key, label]) => ({
    key,
    label: <span lang={key}>{label}</span>,
  }));
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items, selectedKeys: [locale], onClick: ({ key }) => setLocale(key as Locale) }}
    >
      <Button type="text" icon={<GlobalOutlined />} aria-label={t("shell.language")} aria-haspopup="menu" />
    </Dropdown>
  );
}
