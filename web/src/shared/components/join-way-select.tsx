import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";

interface Props {
  accountId: number | undefined;
  value?: string;
  onChange?(code: string, name: string): void;
}

const offered = 100;

/** Picks a join way of one account that is ready, by its state code. */
export function JoinWaySelect({ accountId, value, onChange }: Props) {
  const { t } = useTranslation();
  const ways = $api.useQuery("get", "/api/join-ways", {
    params: { query: { status: "ready", size: offered } },
  });
  const options = (ways.data?.items ?? [])
    .filter(({ account_id }) => accountId === undefined || account_id === accountId)
    .map(({ state_code, name }) => ({ value: state_code, label: name }));
  return (
    <Select
      loading={ways.isPending}
      value={value || undefined}
      onChange={(code: string) => onChange?.(code, options.find((one) => one.value === code)?.label ?? "")}
      options={options}
      showSearch={{ optionFilterProp: "label" }}
      notFoundContent={t("sources.form.noJoinWays")}
      aria-label={t("sources.form.join_way")}
      style={{ width: "100%" }}
    />
  );
}
