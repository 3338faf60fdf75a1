import { Select } from "antd";
import { useState } from "react";
import { $api } from "@/api/client";
import { usePersonLabel } from "@/shared/hooks/use-person-label";

const offered = 20;

interface Props {
  id?: string;
  placeholder: string;
  value?: string;
  onChange?(value: string | undefined): void;
}

/** A person, searched by name. */
export function PersonSelect({ id, placeholder, value, onChange }: Props) {
  const labelOf = usePersonLabel();
  const [search, setSearch] = useState("");
  const found = $api.useQuery("get", "/api/persons", {
    params: { query: { size: offered, ...(search && { search }) } },
  });
  const one = $api.useQuery(
    "get",
    "/api/persons/{person_id}",
    { params: { path: { person_id: value ?? "" } } },
    { enabled: value !== undefined },
  );
  const options = (found.data?.items ?? []).map((person) => ({
    value: person.id,
    label: labelOf(person),
  }));
  if (one.data && options.every((option) => option.value !== value))
    options.unshift({ value: one.data.id, label: labelOf(one.data) });
  return (
    <Select
      {...(id !== undefined && { id })}
      allowClear
      showSearch={{ filterOption: false, onSearch: setSearch }}
      placeholder={placeholder}
      style={{ minWidth: 200 }}
      options={options}
      value={value ?? null}
      onChange={(chosen) => onChange?.(chosen ?? undefined)}
    />
  );
}
