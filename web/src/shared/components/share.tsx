import { useTranslation } from "react-i18next";
import { formatNumber, formatShare } from "@/shared/format/format";

/** Part of a whole: the counts always, the percentage only when there are enough cases. */
export function Share({ part, whole }: { part: number; whole: number }) {
  const { t } = useTranslation();
  const share = formatShare(part, whole) ?? (whole > 0 ? t("common.fewSamples") : null);
  return (
    <span className="tabular">
      {formatNumber(part)} / {formatNumber(whole)}
      {share !== null && <span style={{ color: "var(--ink-faint)" }}> ({share})</span>}
    </span>
  );
}
