import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Segmented, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { RuleFault, TermGroup } from "@/api/types";
import { deepest, groupOps, isGroup, newGroup, type RuleGroup, type RuleNode } from "./rule";
import { RuleLeaf } from "./rule-leaf";
import styles from "./segments.module.css";

interface Props {
  group: RuleGroup;
  place: string;
  depth: number;
  catalogue: TermGroup[];
  faults: RuleFault[];
  onChange(group: RuleGroup): void;
  onRemove?: () => void;
}

/** Nothing chosen yet. */
const blank: RuleNode = { op: "" };

/** All, any or none of conditions and further groups. */
export function RuleGroupEditor(props: Props) {
  const { group, place, depth, catalogue, faults, onChange, onRemove } = props;
  const { t } = useTranslation();
  const put = (at: number, node: RuleNode) =>
    onChange({ ...group, terms: group.terms.map((each, index) => (index === at ? node : each)) });
  const remove = (at: number) =>
    onChange({ ...group, terms: group.terms.filter((_, index) => index !== at) });
  const add = (node: RuleNode) => onChange({ ...group, terms: [...group.terms, node] });
  return (
    <fieldset
      className={styles.group}
      data-depth={depth}
      data-place={place}
      aria-label={t(`segments.group.${group.op}`)}
    >
      <div className={styles.groupHead}>
        <Segmented
          aria-label={t("segments.group.label")}
          value={group.op}
          options={groupOps.map((op) => ({ value: op, label: t(`segments.group.${op}`) }))}
          onChange={(op) => onChange({ ...group, op })}
        />
        {onRemove && (
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t("segments.removeGroup")}
            onClick={onRemove}
          />
        )}
      </div>
      {group.terms.map((node, at) => {
        const here = `${place}${place ? "." : ""}terms.${at}`;
        const shared = { place: here, catalogue, faults, onRemove: () => remove(at) };
        return isGroup(node) ? (
          <RuleGroupEditor
            key={here}
            {...shared}
            group={node}
            depth={depth + 1}
            onChange={(next) => put(at, next)}
          />
        ) : (
          <RuleLeaf key={here} {...shared} leaf={node} onChange={(next) => put(at, next)} />
        );
      })}
      <Space wrap>
        <Button size="small" icon={<PlusOutlined />} onClick={() => add(blank)}>
          {t("segments.addTerm")}
        </Button>
        {depth < deepest - 1 && (
          <Button size="small" icon={<PlusOutlined />} onClick={() => add({ ...newGroup(), terms: [blank] })}>
            {t("segments.addGroup")}
          </Button>
        )}
      </Space>
    </fieldset>
  );
}
