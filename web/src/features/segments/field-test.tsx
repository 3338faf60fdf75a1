import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { TermField } from "@/api/types";
import { bare, type RuleNode, spans, withOp, withSetting } from "./rule";
import {
  ChoiceField,
  DayField,
  FlagField,
  NumberField,
  SpanField,
  TextField,
  TextsField,
} from "./setting-field";

interface Props {
  leaf: RuleNode;
  field: TermField;
  onChange(leaf: RuleNode): void;
}

function Value({ leaf, field, onChange }: Props) {
  const { t } = useTranslation();
  const label = t("segments.value");
  const { op } = leaf;
  const set = (name: string) => (value: unknown) => onChange(withSetting(leaf, name, value));
  if (bare.includes(op)) return null;
  if (spans.includes(op)) return <SpanField value={leaf.seconds} label={label} onChange={set("seconds")} />;
  const given = { value: leaf.value, label, onChange: set("value") };
  if (field.choices.length > 0)
    return <ChoiceField {...given} choices={field.choices} several={op === "one_of"} />;
  if (op === "one_of") return <TextsField {...given} />;
  switch (field.type) {
    case "number":
      return <NumberField {...given} />;
    case "bool":
      return <FlagField {...given} />;
    case "moment":
      return <DayField {...given} />;
    default:
      return <TextField {...given} />;
  }
}

/** A comparison of a field: how, and with what. */
export function FieldTest({ leaf, field, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        aria-label={t("segments.comparison")}
        style={{ minWidth: 130 }}
        popupMatchSelectWidth={false}
        value={leaf.op}
        options={field.ops.map((op) => ({ value: op, label: t(`segments.op.${op as "is"}`) }))}
        onChange={(op) => onChange(withOp(leaf, op))}
      />
      <Value leaf={leaf} field={field} onChange={onChange} />
    </>
  );
}
