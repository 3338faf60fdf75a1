import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { usePersonLabel } from "@/shared/hooks/use-person-label";

const offered = 20;

interface Props {
  id?: string;
  /** Where no label of a form stands beside it. */
  label?: string;
  value?: string[];
  onChange?(value: string[]): void;
  most: number;
}

/** Some persons, searched by name; those chosen keep their names. */
export function PersonsSelect({ id, label, value, onChange, most }: Props) {
  const { t } = useTranslation();
  const labelOf = usePersonLabel();
  const [search, setSearch] = useState("");
  const [names, setNames] = useState<Record<string, string>>({});
  const found = $api.useQuery("get", "/api/persons", {
    params: { query: { size: offered, ...(search && { search }) } },
  });
  const options = (found.data?.items ?? []).map((person) => ({
    value: person.id,
    label: labelOf(person),
  }));
  const others = (value ?? [])
    .filter((each) => options.every((option) => option.value !== each))
    .map((each) => ({ value: each, label: names[each] ?? each }));
  return (
    <Select
      {...(id !== undefined && { id })}
      aria-label={label}
      placeholder={t("persons.filter.searchPlaceholder")}
      style={{ width: "100%" }}
      mode="multiple"
      allowClear
      maxCount={most}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      options={[...others, ...options]}
      value={value ?? []}
      onChange={(chosen) => {
        const told = Object.fromEntries(options.map((option) => [option.value, option.label]));
        setNames((known) => ({ ...known, ...told }));
        onChange?.(chosen);
      }}
    />
  );
}
