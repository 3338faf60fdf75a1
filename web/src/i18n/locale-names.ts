import type { Locale } from "@/api/types";

/** Each language by its own name, so that anyone finds the way home. */
export const localeNames: Record<Locale, string> = { "zh-CN": "简体中文", "en-US": "English" };
