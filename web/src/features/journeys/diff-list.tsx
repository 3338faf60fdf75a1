import { useTranslation } from "react-i18next";
import { type Changed, diff } from "./diff";
import type { Draft, NodeData } from "./draft";
import styles from "./editor.module.css";
import { useWords } from "./use-words";

/** The differences of two definitions in words. */
export function DiffList({ from, to }: { from: Draft; to: Draft }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const { added, removed, changed, whole } = diff(from, to);
  const fieldName = (name: string) => {
    const key = `journeyNodes.field.${name}`;
    return i18n.exists(key) ? t(key as "journeyNodes.field.id") : name;
  };
  const named = (node: NodeData) => `${words.type(node.type)} ${words.node(node)}`;
  const sentence = ({ node, before, fields }: Changed) => {
    const [old, now] = [words.node(before), words.node(node)];
    const isTold = old !== now && (old || now);
    const name = isTold ? words.type(node.type) : words.target(to, node.id);
    const shown = isTold ? `: ${old} → ${now}` : "";
    return `${name} · ${fields.map(fieldName).join(t("common.listSeparator"))}${shown}`;
  };
  const lines = [
    ...whole.map((part) => ({ key: part, text: t("journeys.diff.changed", { what: fieldName(part) }) })),
    ...added.map((node) => ({
      key: `+${node.id}`,
      text: t("journeys.diff.added", { what: named(node) }),
    })),
    ...removed.map((node) => ({
      key: `-${node.id}`,
      text: t("journeys.diff.removed", { what: named(node) }),
    })),
    ...changed.map((each) => ({
      key: `~${each.node.id}`,
      text: t("journeys.diff.changed", { what: sentence(each) }),
    })),
  ];
  if (lines.length === 0) return <p className={styles.quiet}>{t("journeys.diff.same")}</p>;
  return (
    <ul>
      {lines.map(({ key, text }) => (
        <li key={key}>{text}</li>
      ))}
    </ul>
  );
}
