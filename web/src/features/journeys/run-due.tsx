import { useTranslation } from "react-i18next";
import type { JourneyRun } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import type { NodeData } from "./draft";

/** When a run goes on by itself; a task ends when its member says so, and its own due time is a guard. */
export function RunDue({ run, step }: { run: JourneyRun; step: NodeData | undefined }) {
  const { t } = useTranslation();
  const goesOn = run.due && run.state === "open" && step?.type !== "staff_task";
  return goesOn ? <Moment at={run.due ?? ""} /> : t("common.none");
}
