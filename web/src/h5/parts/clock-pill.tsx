import { useTranslation } from "react-i18next";
import type { PhoneLead } from "../api/client";
import { useWorldNow } from "../api/world-clock";
import css from "./clock-pill.module.css";
import { spanText, useMomentText } from "./words";

type Clock = NonNullable<PhoneLead["clock"]>;
/** Less than this is left: the pill turns from calm to urgent. */
const soon = 5 * 60_000;
/** No clock is that long in working time: between now and its end lies a night, whose hours would mislead. */
const beyondShift = 60 * 60_000;

export type Urgency = "paused" | "later" | "calm" | "soon" | "over";

/** What a clock says at a moment of world time. */
export function readClock(clock: Clock, now: number): { left: number; urgency: Urgency } {
  if (clock.due === null) return { left: 0, urgency: clock.over ? "over" : "paused" };
  const left = Date.parse(clock.due) - now;
  if (left <= 0 || clock.over) return { left, urgency: "over" };
  if (left > beyondShift) return { left, urgency: "later" };
  return { left, urgency: left < soon ? "soon" : "calm" };
}

/** 接单 24:31, counting down live. */
export function ClockPill({ clock }: { clock: Clock }) {
  const { t } = useTranslation();
  const moment = useMomentText();
  const now = useWorldNow();
  const { left, urgency } = readClock(clock, now);
  const kind = t(`h5.clock.${clock.kind}`);
  const words = {
    paused: () => t("h5.clock.paused", { kind }),
    later: () => t("h5.clock.until", { kind, moment: moment(clock.due ?? "", now) }),
    calm: () => t("h5.clock.left", { kind, span: spanText(left) }),
    soon: () => t("h5.clock.left", { kind, span: spanText(left) }),
    over: () => t("h5.clock.over", { kind, span: clock.due === null ? "" : spanText(left) }),
  };
  return <span className={`${css.pill} ${css[urgency]}`}>{words[urgency]().trim()}</span>;
}
