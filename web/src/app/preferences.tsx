import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "@/api/client";
import { useSession } from "@/api/session";
import type { Locale, ThemeChoice } from "@/api/types";
import { switchLocale } from "@/i18n/i18n";
import { useMediaQuery } from "@/shared/hooks/use-media-query";
import { PreferencesContext } from "@/shared/hooks/use-preferences";
import { type ThemeMode, themeConfig } from "@/theme/tokens";

const storageKey = "weloop.theme";
const antdLocales = { "zh-CN": zhCN, "en-US": enUS };

function storedTheme(): ThemeChoice {
  const stored = localStorage.getItem(storageKey);
  return stored === "light" || stored === "dark" ? stored : "system";
}

function useThemeMode(choice: ThemeChoice): ThemeMode {
  const systemIsDark = useMediaQuery("(prefers-color-scheme: dark)");
  const mode = choice === "system" ? (systemIsDark ? "dark" : "light") : choice;
  useEffect(() => {
    document.documentElement.dataset.theme = mode;
  }, [mode]);
  return mode;
}

/** Language and appearance: kept by the browser, and by the server once somebody is signed in. */
export function PreferencesProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const user = useSession().data?.user;
  const signedIn = user !== undefined;
  const [themeChoice, setThemeChoice] = useState<ThemeChoice>(storedTheme);
  const mode = useThemeMode(themeChoice);
  const still = useMediaQuery("(prefers-reduced-motion: reduce)");

  const applyTheme = useCallback((choice: ThemeChoice) => {
    localStorage.setItem(storageKey, choice);
    setThemeChoice(choice);
  }, []);

  const savedLocale = user?.locale as Locale | undefined;
  const savedTheme = user?.theme as ThemeChoice | undefined;
  useEffect(() => {
    if (savedLocale) void switchLocale(savedLocale);
    if (savedTheme) applyTheme(savedTheme);
  }, [savedLocale, savedTheme, applyTheme]);

  const save = useCallback(
    (change: { locale?: Locale; theme?: ThemeChoice }) => {
      if (!signedIn) return;
      // Losing this is harmless: the browser keeps the choice.
      client.PATCH("/api/session/preferences", { body: change }).catch(() => undefined);
    },
    [signedIn],
  );

  const locale = i18n.language as Locale;
  const value = useMemo(
    () => ({
      locale,
      themeChoice,
      mode,
      setLocale: (next: Locale) => {
        void switchLocale(next);
        save({ locale: next });
      },
      setTheme: (next: ThemeChoice) => {
        applyTheme(next);
        save({ theme: next });
      },
    }),
    [locale, themeChoice, mode, applyTheme, save],
  );

  return (
    <PreferencesContext value={value}>
      <ConfigProvider
        theme={themeConfig(mode, still)}
        locale={antdLocales[locale]}
        button={{ autoInsertSpace: false }}
      >
        <AntApp style={{ height: "100%" }} message={{ maxCount: 3 }}>
          {children}
        </AntApp>
      </ConfigProvider>
    </PreferencesContext>
  );
}
