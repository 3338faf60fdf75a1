import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { asGroup, bare, type RuleNode, withOp, withSetting } from "./rule";
import styles from "./segments.module.css";
import { TextField, TextsField } from "./setting-field";

const ops = [
  "is",
  "is_not",
  "one_of",
  "contains",
  "less",
  "at_most",
  "more",
  "at_least",
  "known",
  "unknown",
] as const;
const prefix = "event.";

interface Props {
  where: RuleNode | undefined;
  onChange(where: RuleNode | null): void;
}

/** Conditions on the properties of an event; all of them must hold. */
export function EventWhere({ where, onChange }: Props) {
  const { t } = useTranslation();
  const group = where === undefined ? null : asGroup(where);
  const terms = group?.terms ?? [];
  const write = (next: RuleNode[]) =>
    onChange(next.length === 0 ? null : { op: group?.op ?? "all", terms: next });
  const put = (at: number, leaf: RuleNode) => write(terms.map((each, index) => (index === at ? leaf : each)));
  return (
    <span className={styles.where}>
      {terms.map((leaf, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no names of their own
        <span key={at} className={styles.whereRow}>
          <Input
            aria-label={t("segments.property")}
            placeholder={t("segments.property")}
            style={{ width: 140 }}
            value={String(leaf.field ?? "").replace(prefix, "")}
            onChange={(event) => put(at, { ...leaf, field: prefix + event.target.value })}
          />
          <Select
            aria-label={t("segments.comparison")}
            style={{ width: 100 }}
            value={leaf.op}
            options={ops.map((op) => ({ value: op, label: t(`segments.op.${op}`) }))}
            onChange={(op) => put(at, withOp(leaf, op))}
          />
          {!bare.includes(leaf.op) &&
            (leaf.op === "one_of" ? (
              <TextsField
                value={leaf.value}
                label={t("segments.value")}
                onChange={(value) => put(at, withSetting(leaf, "value", value))}
              />
            ) : (
              <TextField
                value={leaf.value}
                label={t("segments.value")}
                onChange={(value) => put(at, withSetting(leaf, "value", value))}
              />
            ))}
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t("segments.removeTerm")}
            onClick={() => write(terms.filter((_, index) => index !== at))}
          />
        </span>
      ))}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        onClick={() => write([...terms, { op: "is", field: prefix }])}
      >
        {t("segments.addProperty")}
      </Button>
    </span>
  );
}
