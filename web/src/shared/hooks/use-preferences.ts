import { createContext, useContext } from "react";
import type { Locale, ThemeChoice } from "@/api/types";
import type { ThemeMode } from "@/theme/tokens";

export interface Preferences {
  locale: Locale;
  themeChoice: ThemeChoice;
  mode: ThemeMode;
  setLocale(locale: Locale): void;
  setTheme(choice: ThemeChoice): void;
}

export const PreferencesContext = createContext<Preferences | null>(null);

export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext);
  if (preferences === null) throw new Error("usePreferences outside PreferencesProvider");
  return preferences;
}
