import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Segment } from "@/api/types";
import { StateDot } from "@/shared/components/state-dot";

const tones = { ready: "good", filling: "busy", failed: "bad" } as const;

/** Whether the members are those of the rule. */
export function SegmentState({ segment }: { segment: Segment }) {
  const { t } = useTranslation();
  if (segment.archived_at) return <StateDot tone="quiet">{t("segments.archived")}</StateDot>;
  const dot = <StateDot tone={tones[segment.state]}>{t(`segments.state.${segment.state}`)}</StateDot>;
  return segment.reason ? (
    <Tooltip title={t(`segments.reason.${segment.reason as "refresh_failed"}`)}>{dot}</Tooltip>
  ) : (
    dot
  );
}
