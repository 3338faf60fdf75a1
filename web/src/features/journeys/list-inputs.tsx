import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ConditionField } from "./condition-editor";
import { type Condition, eventFields, eventFieldsOf } from "./conditions";
import type { Draft } from "./draft";
import styles from "./editor.module.css";

type Entry = Record<string, unknown>;

interface ListProps {
  list: Entry[];
  fewest: number;
  onChange(list: Entry[]): void;
  fresh(): Entry;
  label(number: number): string;
  add: string;
  children(entry: Entry, put: (entry: Entry) => void): ReactNode;
}

/** A list of parts of a node, each with its own fields; new ones lead where the last one leads. */
export function PartList({ list, fewest, onChange, fresh, label, add, children }: ListProps) {
  const { t } = useTranslation();
  const onward = list.at(-1)?.next;
  return (
    <div className={styles.parts}>
      {list.map((entry, number) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the engine knows them by their number too
        <fieldset key={number} className={styles.part}>
          <legend>
            {label(number + 1)}
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t("journeyNodes.removePart", { name: label(number + 1) })}
              disabled={list.length <= fewest}
              onClick={() => onChange(list.filter((_, at) => at !== number))}
            />
          </legend>
          {children(entry, (next) => onChange(list.map((each, at) => (at === number ? next : each))))}
        </fieldset>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        onClick={() => onChange([...list, { ...fresh(), ...(onward !== undefined && { next: onward }) }])}
      >
        {add}
      </Button>
    </div>
  );
}

interface Props {
  value: unknown;
  onChange(value: unknown): void;
  draft: Draft;
}

export const asList = (value: unknown): Entry[] => (Array.isArray(value) ? (value as Entry[]) : []);

/** Fields of the events that let people in, and of those that are waited for. */
export function fieldsOf(draft: Draft): string[] {
  const kinds = asList(draft.entry?.events).map(({ kind }) => String(kind));
  const waits = draft.nodes.filter(({ type }) => type === "wait");
  const answers = waits.flatMap((node) => asList(node.cases).map(({ kind }) => String(kind)));
  return [
    ...eventFieldsOf(kinds),
    ...eventFieldsOf(
      answers.filter((kind) => kind in eventFields),
      "answer",
    ),
  ];
}

export function BranchCasesInput({ value, onChange, draft }: Props) {
  const { t } = useTranslation();
  const fields = fieldsOf(draft);
  return (
    <PartList
      list={asList(value)}
      fewest={1}
      onChange={onChange}
      fresh={() => ({ when: { op: "known", field: "person.company" } })}
      label={(number) => t("journeyNodes.case", { number })}
      add={t("journeyNodes.addCase")}
    >
      {(entry, put) => (
        <ConditionField
          value={entry.when as Condition}
          fields={fields}
          onChange={(when) => put({ ...entry, when })}
        />
      )}
    </PartList>
  );
}

export function ArmsInput({ value, onChange }: Props) {
  const { t } = useTranslation();
  const arms = asList(value);
  const total = arms.reduce((sum, { weight }) => sum + (Number(weight) || 0), 0);
  return (
    <PartList
      list={arms}
      fewest={2}
      onChange={onChange}
      fresh={() => ({ name: `arm_${arms.length + 1}`, weight: 50 })}
      label={(number) => t("journeyNodes.arm", { number })}
      add={t("journeyNodes.addArm")}
    >
      {(entry, put) => (
        <div className={styles.row}>
          <Input
            aria-label={t("journeyNodes.field.name")}
            value={String(entry.name ?? "")}
            onChange={(event) => put({ ...entry, name: event.target.value })}
          />
          <InputNumber
            aria-label={t("journeyNodes.field.weight")}
            min={1}
            max={1_000}
            value={entry.weight as number}
            onChange={(weight) => put({ ...entry, weight })}
          />
          <span className={styles.quiet}>
            {total > 0 && `${Math.round(((Number(entry.weight) || 0) / total) * 100)}%`}
          </span>
        </div>
      )}
    </PartList>
  );
}

/** Names with texts. */
export function DetailsInput({ value, onChange }: Props) {
  const { t } = useTranslation();
  const entries = Object.entries((value as Record<string, unknown> | undefined) ?? {});
  const put = (list: [string, unknown][]) => onChange(Object.fromEntries(list));
  return (
    <div className={styles.parts}>
      {entries.map(([name, text], number) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is being typed
        <div key={number} className={styles.row}>
          <Input
            aria-label={t("journeyNodes.field.name")}
            value={name}
            onChange={(event) =>
              put(entries.map((each, at) => (at === number ? [event.target.value, each[1]] : each)))
            }
          />
          <Input
            aria-label={t("journeyNodes.condition.value")}
            value={String(text)}
            onChange={(event) =>
              put(entries.map((each, at) => (at === number ? [each[0], event.target.value] : each)))
            }
          />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("journeyNodes.removePart", { name })}
            onClick={() => put(entries.filter((_, at) => at !== number))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        onClick={() => put([...entries, [`detail_${entries.length + 1}`, ""]])}
      >
        {t("journeyNodes.addDetail")}
      </Button>
    </div>
  );
}
