import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Journey } from "@/api/types";
import { StateDot, type Tone } from "@/shared/components/state-dot";

const tones: Record<Journey["status"], Tone> = {
  draft: "quiet",
  live: "good",
  paused: "warn",
  stopped: "quiet",
};

export function JourneyStatus({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const { status, reason, archived_at } = journey;
  if (archived_at !== null) return <StateDot tone="quiet">{t("journeys.status.archived")}</StateDot>;
  const dot = <StateDot tone={tones[status]}>{t(`journeys.status.${status}`)}</StateDot>;
  if (reason !== "failures") return dot;
  return (
    <Tooltip title={t("journeys.pausedByFailuresHint")}>
      <span>
        <StateDot tone="bad">{t("journeys.pausedByFailures")}</StateDot>
      </span>
    </Tooltip>
  );
}
