import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { DrySend } from "@/api/types";
import { formatMoment } from "@/shared/format/format";

type Verdict = NonNullable<DrySend["verdict"]>;

/** What policy would say of a message: its class, and what delays or stops it. */
export function DryRunVerdict({ verdict }: { verdict: Verdict }) {
  const { t, i18n } = useTranslation();
  const word = (gate: string) =>
    i18n.exists(`error.${gate}.title`) ? t(`error.${gate as "frequency"}.title`) : gate;
  const why = verdict.reasons.map(({ gate }) => word(gate)).join(" · ");
  const at = verdict.leaves_at === null ? "" : formatMoment(new Date(verdict.leaves_at));
  return (
    <div>
      <Tag>{t(`dryRun.verdict.class.${verdict.message_class as "marketing"}`)}</Tag>
      {verdict.leaves_at === null && <Tag color="error">{t("dryRun.verdict.refused", { why })}</Tag>}
      {verdict.leaves_at !== null && why !== "" && (
        <Tag color="warning">{t("dryRun.verdict.delayed", { at, why })}</Tag>
      )}
    </div>
  );
}
