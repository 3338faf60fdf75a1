import { useTranslation } from "react-i18next";
import type { ContactRuleValues } from "@/api/types";

export const ruleKeys = [
  "marketing_per_week",
  "marketing_gap_hours",
  "marketing_quiet",
  "service_per_campaign",
  "service_per_day",
  "service_quiet",
  "sales_talk_hours",
  "answer_minutes",
  "opt_out_words",
  "opt_in_words",
  "opt_out_reply",
  "opt_in_reply",
  "wecom_mass_mode",
  "moment_per_day",
  "moment_advert_percent",
  "moment_advert_gap_hours",
  "moment_adverts_in_a_row",
  "moment_repeat_days",
  "moment_windows",
] as const;
export type RuleKey = (typeof ruleKeys)[number];
export const classes = ["marketing", "service", "conversation", "moment"] as const;
export type ClassName = (typeof classes)[number];

/** Rules in plain words. */
export function useRuleText() {
  const { t, i18n } = useTranslation();
  const span = ([start = "", end = ""]: string[]) =>
    start === end
      ? t("contactRules.noQuiet")
      : t(start < end ? "contactRules.span" : "contactRules.spanNight", { start, end });
  const textOf = (key: RuleKey, values: ContactRuleValues): string => {
    if (key === "marketing_quiet" || key === "service_quiet") return span(values[key]);
    if (key === "opt_out_words" || key === "opt_in_words") return values[key].join(t("common.listSeparator"));
    if (key === "opt_out_reply" || key === "opt_in_reply") return values[key] || t("contactRules.noReply");
    if (key === "moment_windows")
      return values[key].map(span).join(t("common.listSeparator")) || t("contactRules.noQuiet");
    if (key === "wecom_mass_mode") return t(`contactRules.mode.${values[key]}`);
    return t(`contactRules.value.${key}`, { count: values[key] });
  };
  const capOf = (name: ClassName, values: ContactRuleValues): string => {
    if (name === "conversation") return t("contactRules.noCap");
    return t(`contactRules.cap.${name}`, { ...values } as Record<string, unknown>);
  };
  const quietOf = (name: ClassName, values: ContactRuleValues): string =>
    name === "marketing" || name === "service" ? span(values[`${name}_quiet`]) : t("contactRules.noQuiet");
  const sourceOf = (source: { zh: string; en: string } | undefined): string =>
    source?.[i18n.language.startsWith("zh") ? "zh" : "en"] ?? "";
  return { textOf, capOf, quietOf, sourceOf };
}
