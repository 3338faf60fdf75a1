import { useTranslation } from "react-i18next";
import type { BroadcastInput } from "@/api/types";

export type Priority = NonNullable<BroadcastInput["priority"]>;
const priorities: readonly Priority[] = ["high", "normal", "low"];

/** What members are asked first, as options. */
export function usePriorities() {
  const { t } = useTranslation();
  return priorities.map((value) => ({ value, label: t(`broadcasts.priority.${value}`) }));
}
