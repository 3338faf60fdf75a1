import { useTranslation } from "react-i18next";
import type { Broadcast } from "@/api/types";
import { StateDot, type Tone } from "@/shared/components/state-dot";

const tones: Record<Broadcast["state"], Tone> = {
  draft: "quiet",
  pending: "warn",
  scheduled: "busy",
  freezing: "busy",
  sending: "busy",
  done: "good",
  stopping: "warn",
  stopped: "warn",
  ended: "quiet",
  failed: "bad",
};

export function BroadcastState({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  return <StateDot tone={tones[broadcast.state]}>{t(`broadcasts.state.${broadcast.state}`)}</StateDot>;
}
