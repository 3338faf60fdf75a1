import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { AttributeInfo } from "@/api/types";
import { bare, type RuleNode, withSetting } from "./rule";
import { ChoiceField, DayField, FlagField, NumberField, TextField, TextsField } from "./setting-field";

const order = ["less", "at_most", "more", "at_least"] as const;
/** So many days from today on, or back; the value is their number. */
const days = ["next_days", "last_days"] as const;
const tests = {
  text: ["is", "is_not", "contains", "one_of", "known", "unknown"],
  choice: ["is", "is_not", "one_of", "known", "unknown"],
  number: ["is", "is_not", ...order, "known", "unknown"],
  date: ["is", ...order, ...days, "known", "unknown"],
  flag: ["is", "known", "unknown"],
} as const;

interface Props {
  leaf: RuleNode;
  onChange(leaf: RuleNode): void;
}

function Value({ leaf, attribute, onChange }: Props & { attribute: AttributeInfo }) {
  const { t } = useTranslation();
  const test = String(leaf.test ?? "is");
  const given = {
    value: leaf.value,
    label: t("segments.value"),
    onChange: (value: unknown) => onChange(withSetting(leaf, "value", value)),
  };
  if (bare.includes(test)) return null;
  if ((days as readonly string[]).includes(test))
    return <NumberField {...given} unit={t("segments.unit.day")} />;
  const several = test === "one_of";
  switch (attribute.type) {
    case "number":
      return <NumberField {...given} />;
    case "flag":
      return <FlagField {...given} />;
    case "date":
      return <DayField {...given} />;
    case "choice": {
      const choices = attribute.choices.map((value) => ({ value, name: { zh: value, en: value } }));
      return <ChoiceField {...given} choices={choices} several={several} />;
    }
    default:
      return several ? <TextsField {...given} /> : <TextField {...given} />;
  }
}

/** An attribute, compared as its type allows. */
export function AttributeTest({ leaf, onChange }: Props) {
  const { t } = useTranslation();
  const attributes = $api.useQuery("get", "/api/attributes", {}).data ?? [];
  const attribute = attributes.find(({ key }) => key === leaf.key);
  const label = t("attributes.column.name");
  const choose = (key: string) => {
    const type = attributes.find((each) => each.key === key)?.type;
    onChange({ op: "attribute", key, test: "is", ...(type === "flag" && { value: true }) });
  };
  return (
    <>
      <Select
        aria-label={label}
        placeholder={label}
        style={{ minWidth: 140 }}
        showSearch={{ optionFilterProp: "label" }}
        value={leaf.key as never}
        options={attributes
          .filter(({ archived_at, key }) => archived_at === null || key === leaf.key)
          .map(({ key, name }) => ({ value: key, label: name }))}
        onChange={choose}
      />
      {attribute && (
        <>
          <Select
            aria-label={t("segments.comparison")}
            style={{ width: 130 }}
            value={String(leaf.test ?? "is")}
            options={tests[attribute.type].map((test) => ({ value: test, label: t(`segments.op.${test}`) }))}
            onChange={(test) => onChange(withSetting(withSetting(leaf, "value", null), "test", test))}
          />
          <Value leaf={leaf} attribute={attribute} onChange={onChange} />
        </>
      )}
    </>
  );
}
