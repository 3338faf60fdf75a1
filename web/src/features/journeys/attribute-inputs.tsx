/** What is noted of persons: tags and typed attributes, as nodes set them and conditions ask them. */
import { Input, InputNumber, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { DayPicker } from "@/shared/components/beijing-picker";
import type { InputProps } from "./field-inputs";
import { Pick } from "./pick-inputs";

export function useAttributes() {
  return $api.useQuery("get", "/api/attributes", {}).data ?? [];
}

export function TagInput(props: InputProps) {
  const tags = $api.useQuery("get", "/api/tags", {}).data ?? [];
  const offered = tags.filter(({ archived_at, id }) => archived_at === null || id === props.value);
  return <Pick {...props} offered={offered.map(({ id, name }) => ({ value: id, label: name }))} />;
}

export function TagTurnInput({ id, value, onChange }: InputProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      id={id}
      value={value !== false}
      options={[
        { value: true, label: t("journeyNodes.tagOn") },
        { value: false, label: t("journeyNodes.tagOff") },
      ]}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

export function AttributeInput(props: InputProps) {
  const attributes = useAttributes();
  const offered = attributes.filter(({ archived_at, key }) => archived_at === null || key === props.value);
  return <Pick {...props} offered={offered.map(({ key, name }) => ({ value: key, label: name }))} />;
}

/** A value as the type of the attribute has it; empty takes it away. */
export function AttributeValueInput({ id, value, onChange, node }: InputProps) {
  const { t } = useTranslation();
  const attribute = useAttributes().find(({ key }) => key === node?.key);
  const put = (given: unknown) => onChange(given === "" || given === undefined ? null : given);
  switch (attribute?.type) {
    case "number":
      return <InputNumber id={id} value={value as number | null} onChange={put} />;
    case "flag":
    case "choice": {
      const choices = attribute.choices.map((each) => ({ value: each as string | boolean, label: each }));
      const flags = [true, false].map((each) => ({
        value: each,
        label: t(each ? "journeyNodes.yes" : "journeyNodes.no"),
      }));
      return (
        <Select
          id={id}
          allowClear
          placeholder={t("journeyNodes.takenAway")}
          value={value as string | boolean | null}
          options={attribute.type === "flag" ? flags : choices}
          onChange={put}
        />
      );
    }
    case "date":
      return <DayPicker id={id} value={value as string | null} onChange={put} />;
    default:
      return (
        <Input
          id={id}
          allowClear
          placeholder={t("journeyNodes.takenAway")}
          value={String(value ?? "")}
          onChange={({ target }) => put(target.value)}
        />
      );
  }
}
