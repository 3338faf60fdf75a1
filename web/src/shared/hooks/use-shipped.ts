import i18next from "i18next";
import { useTranslation } from "react-i18next";

const arrow = " → ";

/**
 * What a shipped template calls a stage or a mechanism, in the language of the page. A name that somebody gave stands
 * as it is; of two names joined by an arrow each is looked up by itself.
 */
export function useShipped(): (text: string) => string {
  const { t } = useTranslation();
  const isShipped = (text: string) => !/[.:]/.test(text) && i18next.exists(`shipped.${text}`);
  const one = (text: string) => (isShipped(text) ? t(`shipped.${text as "SQL"}`) : text);
  return (text) => (isShipped(text) ? one(text) : text.split(arrow).map(one).join(arrow));
}
