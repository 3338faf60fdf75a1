import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Locale } from "@/api/types";

const storageKey = "weloop.locale";

const loaders: Record<Locale, () => Promise<{ default: object }>> = {
  "zh-CN": () => import("./zh-CN"),
  "en-US": () => import("./en-US"),
};

/** The language of this browser until a signed-in user's own setting says otherwise. */
export function initialLocale(): Locale {
  const stored = localStorage.getItem(storageKey);
  if (stored === "zh-CN" || stored === "en-US") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en-US";
}

async function load(locale: Locale): Promise<void> {
  if (i18next.hasResourceBundle(locale, "translation")) return;
  const messages = await loaders[locale]();
  i18next.addResourceBundle(locale, "translation", messages.default);
}

export async function startI18n(locale: Locale = initialLocale()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await switchLocale(locale);
}

export async function switchLocale(locale: Locale): Promise<void> {
  await load(locale);
  await i18next.changeLanguage(locale);
  localStorage.setItem(storageKey, locale);
  document.documentElement.lang = locale;
}
