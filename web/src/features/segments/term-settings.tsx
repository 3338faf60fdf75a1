import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { TermInfo, TermSetting } from "@/api/types";
import { usePath } from "@/shared/hooks/use-paths";
import { useShipped } from "@/shared/hooks/use-shipped";
import { AttributeTest } from "./attribute-test";
import { eventKinds } from "./event-kinds";
import { EventWhere } from "./event-where";
import { type RuleNode, withSetting } from "./rule";
import styles from "./segments.module.css";
import {
  ChoiceField,
  DayField,
  FlagField,
  NumberField,
  SpanField,
  TextField,
  TextsField,
} from "./setting-field";
import { useWords } from "./use-words";

interface Props {
  leaf: RuleNode;
  setting: TermSetting;
  onChange(leaf: RuleNode): void;
}

function EventKindField({
  value,
  label,
  onChange,
}: {
  value: unknown;
  label: string;
  onChange(v: unknown): void;
}) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      placeholder={label}
      style={{ minWidth: 180 }}
      showSearch={{ optionFilterProp: "label" }}
      value={value as never}
      options={eventKinds.map((kind) => ({ value: kind, label: t(`letters.event.${kind}`) }))}
      onChange={onChange}
    />
  );
}

/** A stage or a hop of the path that the leaf names. */
function PlaceField({ leaf, setting, onChange }: Props) {
  const words = useWords();
  const shipped = useShipped();
  const path = usePath(Number(leaf.path_id)).data;
  const names = new Map(path?.stages.map(({ key, name }) => [key, shipped(name)]));
  const hops = (path?.hops ?? []).map(({ key, source, target }) => ({
    value: key,
    label: `${names.get(source) ?? source} → ${names.get(target) ?? target}`,
  }));
  const stages = [...names].map(([value, label]) => ({ value, label }));
  const label = words(setting.words);
  return (
    <Select
      aria-label={label}
      placeholder={label}
      style={{ minWidth: 160 }}
      value={leaf[setting.name] as never}
      options={setting.name === "hop" ? hops : stages}
      onChange={(value) => onChange(withSetting(leaf, setting.name, value))}
    />
  );
}

function Editor({ leaf, setting, onChange }: Props) {
  const words = useWords();
  const { name, type, choices } = setting;
  const set = (value: unknown) => onChange(withSetting(leaf, name, value));
  const { t } = useTranslation();
  const placeholder = setting.required ? undefined : t("segments.any");
  const given = { value: leaf[name], label: words(setting.words), placeholder, onChange: set };
  if (["stage", "hop"].includes(name) && typeof leaf.path_id === "number") {
    return <PlaceField leaf={leaf} setting={setting} onChange={onChange} />;
  }
  if (name === "account_id") return <AccountField leaf={leaf} setting={setting} onChange={onChange} />;
  if (name.endsWith("_day")) return <DayField {...given} />;
  switch (type) {
    case "choice":
    case "choices":
      return <ChoiceField {...given} choices={choices} several={type === "choices"} />;
    case "number":
      return <NumberField {...given} />;
    case "seconds":
      return <SpanField {...given} />;
    case "bool":
      return <FlagField {...given} />;
    case "texts":
      return <TextsField {...given} />;
    case "event_kind":
      return <EventKindField {...given} />;
    case "condition":
      return <EventWhere where={leaf[name] as RuleNode | undefined} onChange={set} />;
    default:
      return <TextField {...given} />;
  }
}

/** One of our accounts. */
function AccountField({ leaf, setting, onChange }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const accounts = $api.useQuery("get", "/api/accounts", {}).data ?? [];
  const choices = accounts.map(({ id, name }) => ({ value: id, name: { zh: name, en: name } }));
  return (
    <ChoiceField
      value={leaf[setting.name]}
      label={words(setting.words)}
      placeholder={setting.required ? undefined : t("segments.any")}
      choices={choices}
      several={false}
      onChange={(value) => onChange(withSetting(leaf, setting.name, value))}
    />
  );
}

/** The settings of a term, each with its name. */
export function TermSettings({
  leaf,
  term,
  onChange,
}: {
  leaf: RuleNode;
  term: TermInfo;
  onChange(l: RuleNode): void;
}) {
  const words = useWords();
  if (term.op === "attribute") return <AttributeTest leaf={leaf} onChange={onChange} />;
  return (
    <>
      {term.settings.map((setting) => (
        <span key={setting.name} className={styles.setting}>
          <span className={styles.settingName}>{words(setting.words)}</span>
          <Editor leaf={leaf} setting={setting} onChange={onChange} />
        </span>
      ))}
    </>
  );
}
