import { useTranslation } from "react-i18next";
import { daysAgo, formatClock, formatDate } from "@/shared/format/format";

/** Moments as a person says them: 14:05, tomorrow 10:00, 11-28 10:00; Beijing time. */
export function useMomentText(): (moment: string, now: number) => string {
  const { t } = useTranslation();
  return (moment, now) => {
    const at = new Date(moment);
    const clock = formatClock(at);
    const days = daysAgo(at, new Date(now));
    if (days === 0) return t("h5.moment.today", { clock });
    if (days === 1) return t("h5.moment.yesterday", { clock });
    if (days === -1) return t("h5.moment.tomorrow", { clock });
    return `${formatDate(at).slice(5)} ${clock}`;
  };
}

const minute = 60_000;

/** How long ago, in one unit: just now, 12 min, 5 h, 3 d. */
export function useAgeText(): (moment: string, now: number) => string {
  const { t } = useTranslation();
  return (moment, now) => {
    const minutes = Math.max(0, Math.floor((now - Date.parse(moment)) / minute));
    if (minutes === 0) return t("h5.age.now");
    if (minutes < 60) return t("h5.age.minutes", { n: minutes });
    const hours = Math.floor(minutes / 60);
    return hours < 24 ? t("h5.age.hours", { n: hours }) : t("h5.age.days", { n: Math.floor(hours / 24) });
  };
}

/** 4:09 or 1:04:09; what is over counts on without a sign. */
export function spanText(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
