import { useTranslation } from "react-i18next";
import type { Import } from "@/api/types";
import { StateDot, type Tone } from "@/shared/components/state-dot";

const tones: Record<Import["state"], Tone> = {
  draft: "quiet",
  checking: "busy",
  checked: "warn",
  running: "busy",
  done: "good",
  undoing: "busy",
  undone: "quiet",
};

export function ImportState({ state }: { state: Import["state"] }) {
  const { t } = useTranslation();
  return <StateDot tone={tones[state]}>{t(`imports.state.${state}`)}</StateDot>;
}
