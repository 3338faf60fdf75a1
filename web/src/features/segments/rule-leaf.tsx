import { DeleteOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { RuleFault, TermGroup } from "@/api/types";
import { FieldTest } from "./field-test";
import { freshLeaf, type RuleNode, subjectOf } from "./rule";
import styles from "./segments.module.css";
import { TermSettings } from "./term-settings";
import { useFaultText } from "./use-fault-text";
import { useWords } from "./use-words";

interface Props {
  leaf: RuleNode;
  place: string;
  catalogue: TermGroup[];
  faults: RuleFault[];
  onChange(leaf: RuleNode): void;
  onRemove(): void;
}

function useSubjects(catalogue: TermGroup[]) {
  const words = useWords();
  return catalogue.map((group) => ({
    label: words(group.words),
    options: [
      ...group.terms.map((term) => ({ value: `op:${term.op}`, label: words(term.words) })),
      ...group.fields.map((field) => ({ value: `field:${field.name}`, label: words(field.words) })),
    ],
  }));
}

/** One condition: what it asks, and how. */
export function RuleLeaf({ leaf, place, catalogue, faults, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const faultText = useFaultText();
  const subjects = useSubjects(catalogue);
  const subject = subjectOf(leaf);
  const fields = catalogue.flatMap((group) => group.fields);
  const field = fields.find(({ name }) => subject === `field:${name}`);
  const term = catalogue.flatMap((group) => group.terms).find(({ op }) => subject === `op:${op}`);
  const mine = faults.filter((fault) => fault.place === place);
  return (
    <fieldset
      className={styles.leaf}
      data-place={place}
      data-wrong={mine.length > 0 || undefined}
      aria-label={t("segments.term")}
    >
      <div className={styles.leafRow}>
        <Select
          aria-label={t("segments.subject")}
          placeholder={t("segments.subject")}
          className={styles.subject}
          showSearch={{ optionFilterProp: "label" }}
          value={leaf.op === "" ? null : subject}
          options={subjects}
          popupMatchSelectWidth={260}
          onChange={(next) => onChange(freshLeaf(String(next), catalogue))}
        />
        {field && <FieldTest leaf={leaf} field={field} onChange={onChange} />}
        {term && <TermSettings leaf={leaf} term={term} onChange={onChange} />}
        <Button
          type="text"
          className={styles.remove}
          icon={<DeleteOutlined />}
          aria-label={t("segments.removeTerm")}
          onClick={onRemove}
        />
      </div>
      {mine.map((fault) => (
        <p key={`${fault.field} ${fault.code}`} role="alert" className={styles.fault}>
          {faultText(fault, term)}
        </p>
      ))}
    </fieldset>
  );
}
