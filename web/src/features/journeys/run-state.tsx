import { useTranslation } from "react-i18next";
import type { JourneyRun } from "@/api/types";
import { StateDot, type Tone } from "@/shared/components/state-dot";

const tones: Record<JourneyRun["state"], Tone> = {
  open: "busy",
  held: "warn",
  parked: "bad",
  ended: "quiet",
};

export function RunState({ run }: { run: JourneyRun }) {
  const { t } = useTranslation();
  return <StateDot tone={tones[run.state]}>{t(`journeys.run.state.${run.state}`)}</StateDot>;
}
