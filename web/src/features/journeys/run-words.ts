import { useTranslation } from "react-i18next";

/** Results of steps that carry a number or a name behind this beginning. */
const numbered = ["event", "case", "arm"] as const;

/** The end of a run in words; authors may have written their own. */
export function useOutcomeWord(): (outcome: string) => string {
  const { t, i18n } = useTranslation();
  return (outcome) =>
    i18n.exists(`journeys.outcome.${outcome}`) ? t(`journeys.outcome.${outcome as "finished"}`) : outcome;
}

/** What became of a send, or of what was asked elsewhere; reasons that have no word are shown as they are. */
export function useSentWord(): (outcome: string) => string {
  const { t, i18n } = useTranslation();
  return (outcome) =>
    i18n.exists(`journeys.sent.${outcome}`) ? t(`journeys.sent.${outcome as "sent"}`) : outcome;
}

/** What a step came to, in words. */
export function useResultWord(): (result: string) => string {
  const { t, i18n } = useTranslation();
  return (result) => {
    for (const kind of numbered) {
      const rest = result.slice(kind.length + 1);
      if (!result.startsWith(`${kind}_`) || rest === "") continue;
      return t(`journeys.result.${kind}`, { which: kind === "arm" ? rest : Number(rest) + 1 });
    }
    return i18n.exists(`journeys.result.${result}`) ? t(`journeys.result.${result as "elapsed"}`) : result;
  };
}
