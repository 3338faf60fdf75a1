import { Select } from "antd";
import { useState } from "react";
import { useWords } from "./use-words";

interface Props {
  id?: string;
  label?: string;
  value: string;
  offered: readonly string[];
  onChange(value: string): void;
  className?: string | undefined;
}

/** A field by its name in words; one that is not on offer is taken as it is typed. */
export function FieldSelect({ id, label, value, offered, onChange, className }: Props) {
  const words = useWords();
  const [typed, setTyped] = useState("");
  const names = [...new Set([...offered, value, typed.includes(".") ? typed.trim() : ""])].filter(Boolean);
  return (
    <Select
      {...(id !== undefined && { id })}
      aria-label={label}
      className={className}
      placeholder={label}
      value={value || null}
      options={names.map((name) => ({ value: name, label: words.field(name) }))}
      showSearch={{
        onSearch: setTyped,
        filterOption: (search, option) =>
          `${option?.label} ${option?.value}`.toLowerCase().includes(search.toLowerCase()),
      }}
      popupMatchSelectWidth={false}
      onChange={(name) => name && onChange(name)}
    />
  );
}
