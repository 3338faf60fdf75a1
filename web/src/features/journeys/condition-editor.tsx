import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useAttributes } from "./attribute-inputs";
import {
  type Condition,
  deepest,
  type Group,
  groupOps,
  isGroup,
  leadFields,
  membershipOf,
  personFields,
  segmentField,
  type Term,
  type TermOp,
  termOps,
  toValue,
  valueless,
  withField,
  withOp,
} from "./conditions";
import styles from "./editor.module.css";
import { FieldSelect } from "./field-select";
import { useFixedValues } from "./fixed-values";
import { MembershipTerm } from "./membership-term";

interface Props<Value extends Condition = Condition> {
  value: Value;
  onChange(value: Condition): void;
  /** Fields of events that are on offer. */
  fields: readonly string[];
  depth?: number;
}

function TermEditor({ value, onChange, fields }: Props<Term>) {
  const { t } = useTranslation();
  const attributes = useAttributes().map(({ key }) => `attribute.${key}`);
  const membership = membershipOf(value);
  return (
    <div className={styles.term}>
      <FieldSelect
        label={t("journeyNodes.condition.field")}
        value={membership ? segmentField : value.field}
        offered={[...fields, ...personFields, ...leadFields, segmentField, ...attributes]}
        onChange={(name) => onChange(withField(value, name))}
        className={styles.termField}
      />
      {membership ? (
        <MembershipTerm value={membership} onChange={onChange} />
      ) : (
        <Comparison value={value} onChange={onChange} />
      )}
    </div>
  );
}

/** How a field is compared, and with what. */
function Comparison({ value, onChange }: Pick<Props<Term>, "value" | "onChange">) {
  const { t } = useTranslation();
  const { op, field } = value;
  const choices = useFixedValues().offered(field);
  return (
    <>
      <Select
        aria-label={t("journeyNodes.condition.op")}
        value={op}
        options={termOps.map((each: TermOp) => ({ value: each, label: t(`journeyNodes.op.${each}`) }))}
        onChange={(next) => onChange(withOp(value, next))}
        className={styles.termOp}
        popupMatchSelectWidth={false}
      />
      {op === "one_of" && (
        <Select
          mode={choices.length > 0 ? "multiple" : "tags"}
          options={choices}
          aria-label={t("journeyNodes.condition.value")}
          value={Array.isArray(value.value) ? value.value.map(String) : []}
          onChange={(list) => onChange({ ...value, value: list })}
          className={styles.termValue}
          tokenSeparators={[",", "\u3001"]}
        />
      )}
      {op !== "one_of" && !valueless.includes(op) && choices.length > 0 && (
        <Select
          aria-label={t("journeyNodes.condition.value")}
          value={value.value ? String(value.value) : null}
          options={choices}
          onChange={(chosen) => onChange({ ...value, value: chosen })}
          className={styles.termValue}
        />
      )}
      {op !== "one_of" && !valueless.includes(op) && choices.length === 0 && (
        <Input
          aria-label={t("journeyNodes.condition.value")}
          value={String(value.value ?? "")}
          onChange={(event) => onChange({ ...value, value: toValue(op, event.target.value) })}
          className={styles.termValue}
        />
      )}
    </>
  );
}

function GroupEditor({ value, onChange, fields, depth = 1 }: Props<Group>) {
  const { t } = useTranslation();
  const put = (terms: Condition[]) => onChange({ ...value, terms });
  const fresh: Term = { op: "is", field: fields[0] ?? "person.company", value: "" };
  return (
    // biome-ignore lint/a11y/useSemanticElements: it stands inside a form's field
    <div role="group" aria-label={t(`journeyNodes.group.${value.op}`)} className={styles.group}>
      <Select
        aria-label={t("journeyNodes.condition.group")}
        size="small"
        value={value.op}
        options={groupOps.map((op) => ({ value: op, label: t(`journeyNodes.group.${op}`) }))}
        onChange={(op) => onChange({ ...value, op })}
        popupMatchSelectWidth={false}
      />
      {value.terms.map((term, number) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: terms have no names; they are only appended and taken out
        <div key={number} className={styles.row}>
          <ConditionEditor
            value={term}
            fields={fields}
            depth={depth + 1}
            onChange={(next) => put(value.terms.map((each, at) => (at === number ? next : each)))}
          />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("journeyNodes.condition.remove")}
            disabled={value.terms.length === 1}
            onClick={() => put(value.terms.filter((_, at) => at !== number))}
          />
        </div>
      ))}
      <Space size={4}>
        <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => put([...value.terms, fresh])}>
          {t("journeyNodes.condition.addTerm")}
        </Button>
        {depth < deepest && (
          <Button
            type="link"
            size="small"
            icon={<PlusOutlined />}
            onClick={() => put([...value.terms, { op: "any", terms: [fresh] }])}
          >
            {t("journeyNodes.condition.addGroup")}
          </Button>
        )}
      </Space>
    </div>
  );
}

function ConditionEditor(props: Props) {
  const { value } = props;
  return isGroup(value) ? <GroupEditor {...props} value={value} /> : <TermEditor {...props} value={value} />;
}

interface RootProps {
  value: Condition | undefined;
  onChange(value: Condition | undefined): void;
  fields: readonly string[];
  optional?: boolean;
}

/** Conditions, nested as deep as they may be. One alone is shown as a group of one, and stored as it is. */
export function ConditionField({ value, onChange, fields, optional = false }: RootProps) {
  const { t } = useTranslation();
  const fresh: Term = { op: "is", field: fields[0] ?? "person.company", value: "" };
  if (value === undefined || value === null)
    return (
      <Button size="small" icon={<PlusOutlined />} onClick={() => onChange(fresh)}>
        {t("journeyNodes.condition.add")}
      </Button>
    );
  const group: Group = isGroup(value) ? value : { op: "all", terms: [value] };
  const put = (next: Condition) => {
    const only = isGroup(next) && next.op === "all" && next.terms.length === 1 ? next.terms[0] : undefined;
    onChange(only && !isGroup(only) ? only : next);
  };
  return (
    <div>
      <GroupEditor value={group} onChange={put} fields={fields} />
      {optional && (
        <Button type="link" size="small" danger onClick={() => onChange(undefined)}>
          {t("journeyNodes.condition.clear")}
        </Button>
      )}
    </div>
  );
}
