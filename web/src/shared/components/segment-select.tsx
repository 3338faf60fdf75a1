import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { formatNumber } from "@/shared/format/format";

interface Props {
  id?: string;
  /** Where no label of a form stands beside it. */
  label?: string;
  value?: number | null;
  onChange?(segment: number | undefined): void;
  allowClear?: boolean;
  className?: string | undefined;
}

/** Picks a segment by its name; beside it stands how many are in it, or why that is not known. */
export function SegmentSelect({ label, value, onChange, ...rest }: Props) {
  const { t } = useTranslation();
  const segments = $api.useQuery("get", "/api/segments", {});
  return (
    <Select
      {...rest}
      aria-label={label}
      value={value ?? null}
      placeholder={t("segments.select.choose")}
      showSearch={{ optionFilterProp: "label" }}
      loading={segments.isPending}
      notFoundContent={t("segments.select.none")}
      options={(segments.data ?? []).map(({ id, name, size, state }) => ({
        value: id,
        disabled: state === "failed",
        label: `${name} · ${state === "ready" ? t("segments.select.people", { n: formatNumber(size) }) : t(`segments.state.${state}`)}`,
      }))}
      onChange={(chosen) => onChange?.(chosen ?? undefined)}
    />
  );
}
