import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Locale } from "@/api/types";

/** The phone loads its own messages and those of errors, not the console's. */
const loaders: Record<Locale, () => Promise<[{ default: object }, { default: object }]>> = {
  "zh-CN": () => Promise.all([import("@/i18n/zh-CN/h5.json"), import("@/i18n/zh-CN/error.json")]),
  "en-US": () => Promise.all([import("@/i18n/en-US/h5.json"), import("@/i18n/en-US/error.json")]),
};

/** WeCom tells its language through the browser; `?lang=` wins, for whoever wants to see the other one. */
export function phoneLocale(): Locale {
  const asked = new URLSearchParams(window.location.search).get("lang") ?? navigator.language;
  return asked.toLowerCase().startsWith("zh") ? "zh-CN" : "en-US";
}

export async function startI18n(locale: Locale = phoneLocale()): Promise<void> {
  const [h5, error] = await loaders[locale]();
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    resources: { [locale]: { translation: { h5: h5.default, error: error.default } } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = locale;
  document.title = i18next.t("h5.title");
}
