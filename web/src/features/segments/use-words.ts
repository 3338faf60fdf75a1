import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { TermGroup } from "@/api/types";

type Words = TermGroup["words"];

/** The name of something in the reader's language. */
export function useWords(): (words: Words) => string {
  const { i18n } = useTranslation();
  const isChinese = i18n.language.startsWith("zh");
  return useCallback((words) => (isChinese ? words.zh : words.en), [isChinese]);
}
