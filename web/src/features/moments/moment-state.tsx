import { useTranslation } from "react-i18next";
import type { MomentPost } from "@/api/types";
import { StateDot, type Tone } from "@/shared/components/state-dot";

const tones: Record<MomentPost["state"], Tone> = {
  draft: "quiet",
  planned: "busy",
  asked: "busy",
  done: "good",
  cancelled: "quiet",
  failed: "bad",
  uncertain: "warn",
};

export function MomentState({ post: { state, gates, cancelling } }: { post: MomentPost }) {
  const { t } = useTranslation();
  if (cancelling) return <StateDot tone="warn">{t("moments.cancelling")}</StateDot>;
  if (gates.length > 0) return <StateDot tone="warn">{t("moments.held")}</StateDot>;
  return <StateDot tone={tones[state]}>{t(`moments.state.${state}`)}</StateDot>;
}
