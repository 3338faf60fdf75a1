import { Alert, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { JourneyImpact } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import type { Draft } from "./draft";
import styles from "./editor.module.css";
import { useWords } from "./use-words";

interface Props {
  impact: JourneyImpact;
  draft: Draft;
}

/** Who would come in, how much each step would send them, and what the rules let one person get. */
export function ImpactSends({ impact, draft }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const { entrants, scheduled, sends, most, rules } = impact;
  const perDay = (n: number) => t("journeys.impact.aDay", { count: n, sends: formatNumber(n) });
  return (
    <>
      {(entrants > 0 || scheduled === 0) && (
        <p>{t("journeys.impact.entrants", { count: entrants, people: formatNumber(entrants) })}</p>
      )}
      {scheduled > 0 && (
        <p>{t("journeys.impact.scheduled", { count: scheduled, people: formatNumber(scheduled) })}</p>
      )}
      <ul>
        {(entrants > 0 || scheduled > 0) &&
          sends.map(({ node, expected, a_day, measured }) => (
            <li key={node}>
              {words.target(draft, node)}:{" "}
              {t(measured ? "journeys.impact.expected" : "journeys.impact.atMost", {
                count: expected,
                sends: formatNumber(expected),
              })}
              {expected > 0 && perDay(a_day)}
            </li>
          ))}
      </ul>
      <p className={styles.quiet} style={{ marginBottom: 12 }}>
        {t("journeys.impact.quota", {
          most,
          week: rules.marketing_per_week,
          campaign: rules.service_per_campaign,
          day: rules.service_per_day,
        })}
      </p>
      {most > rules.marketing_per_week && (
        <Alert
          type="warning"
          showIcon
          title={t("journeys.impact.overQuota", { most, week: rules.marketing_per_week })}
        />
      )}
    </>
  );
}

/** What the platforms take of it, with their source. */
export function ImpactDraws({ impact: { draws } }: { impact: JourneyImpact }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "zh-CN" ? "zh" : "en";
  if (draws.length === 0) return <p className={styles.quiet}>{t("journeys.impact.noDraws")}</p>;
  return (
    <ul>
      {draws.map(({ account_id, account_name, quota, per, period, most, expected, title, source, date }) => (
        <li key={`${account_id} ${quota}`}>
          {title[language]} · {account_name}:{" "}
          {t(`journeys.impact.draw.${per === "account" ? period : "person"}` as "journeys.impact.draw.day", {
            count: expected,
            sends: formatNumber(expected),
          })}
          {" / "}
          {t(`contactRules.quotas.period.${period}`, { most: formatNumber(most) })}{" "}
          {expected > most && <Tag color="error">{t("journeys.impact.overDraw")}</Tag>}
          <span className={styles.quiet}>
            {source[language]} {date}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Messages that would not be made, because those who would get them lack what is to be filled in. */
export function ImpactBlanks({ impact, draft }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const { blanks, entrants, scheduled, inside } = impact;
  const isAnybody = entrants > 0 || scheduled > 0 || inside.length > 0;
  if (blanks.length === 0)
    return (
      <p className={styles.quiet}>
        {t(isAnybody ? "journeys.impact.noBlanks" : "journeys.impact.nobodyToAsk")}
      </p>
    );
  return (
    <Alert
      type="warning"
      showIcon
      title={t("journeys.impact.blanksTitle")}
      description={
        <ul>
          {blanks.map(({ node, field, people, of }) => (
            <li key={`${node} ${field}`}>
              {t("journeys.impact.blank", {
                node: words.target(draft, node),
                field: words.field(field),
                count: people,
                people: formatNumber(people),
                of: formatNumber(of),
              })}
            </li>
          ))}
        </ul>
      }
    />
  );
}
