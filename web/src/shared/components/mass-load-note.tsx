import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { formatNumber } from "@/shared/format/format";

/** How much members are asked to confirm, and when. */
export function useMassLoad() {
  return $api.useQuery("get", "/api/mass-task-load", {}).data;
}

/** 预计每人每天 N 条待确认, and how much of it members confirm; only where some were asked, unless `always`. */
export function MassLoadNote({ always = false }: { always?: boolean }) {
  const { t } = useTranslation();
  const load = useMassLoad();
  if (!load || (!always && load.members.length === 0)) return null;
  const { per_member_day, most_per_member_day, asked, confirmed, rate, days } = load;
  return (
    <Alert
      style={{ marginBottom: 16 }}
      type="info"
      showIcon
      title={t("broadcasts.load.title", { count: per_member_day, most: most_per_member_day })}
      description={t(rate === null ? "broadcasts.load.few" : "broadcasts.load.rate", {
        days,
        asked: formatNumber(asked),
        confirmed: formatNumber(confirmed),
        share: Math.round((rate ?? 0) * 100),
      })}
    />
  );
}
