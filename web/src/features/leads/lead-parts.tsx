import { Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Lead, LeadStage } from "@/api/types";
import { StateDot } from "@/shared/components/state-dot";
import { formatClock, formatDate, formatShort } from "@/shared/format/format";
import { useNow } from "@/shared/hooks/use-now";

const colours: Record<LeadStage, string> = {
  lead: "default",
  mql: "blue",
  accepted: "processing",
  sql: "geekblue",
  opportunity: "purple",
  won: "success",
  lost: "default",
};

export function StageTag({ stage }: { stage: LeadStage }) {
  const { t } = useTranslation();
  return <Tag color={colours[stage]}>{t(`leads.stage.${stage}`)}</Tag>;
}

/** What runs or ran out for a lead: a clock in working time, a wait for the shift, the next follow-up. */
export function ClockChip({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const now = useNow();
  const near = (text: string) => {
    const at = new Date(text);
    return formatDate(at) === formatDate(now) ? formatClock(at) : formatShort(at, now);
  };
  const { clock, waiting_until: waiting, next_at: next } = lead;
  if (clock?.over) return <StateDot tone="bad">{t(`leads.clock.${clock.kind as "accept"}Over`)}</StateDot>;
  if (clock?.due) {
    return (
      <Tooltip title={t("leads.clock.hint")}>
        <span>
          <StateDot tone="busy">
            {t(`leads.clock.${clock.kind as "accept"}`, { at: near(clock.due) })}
          </StateDot>
        </span>
      </Tooltip>
    );
  }
  if (waiting) return <StateDot tone="quiet">{t("leads.clock.waiting", { at: near(waiting) })}</StateDot>;
  if (next)
    return (
      <StateDot tone={lead.late ? "warn" : "good"}>
        {t(lead.late ? "leads.clock.overdue" : "leads.clock.next", { at: near(next) })}
      </StateDot>
    );
  return t("common.none");
}

export function OwnerName({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  return lead.staff ? (lead.staff_name ?? lead.staff) : <Tag>{t("leads.pool.name")}</Tag>;
}
