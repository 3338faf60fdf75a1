import { useTranslation } from "react-i18next";
import type { JourneyCounts } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import { DeliveryTag } from "./delivery-tag";
import type { NodeData } from "./draft";
import styles from "./editor.module.css";
import { nodeTypes, unknownIcon } from "./node-types";
import type { EditorView } from "./use-editor";
import { useFaultText } from "./use-faults";

export type Counted = JourneyCounts["nodes"][number];

/** Of results that are no passages: what became of sends, and those who are stuck. An invitation was passed once its wait has ended. */
const notPassed = [
  "sent",
  "delivered",
  "undelivered",
  "no_friend",
  "failed",
  "uncertain",
  "refused",
  "parked",
  "moved",
];

export function figuresOf({ here, results, type }: Counted) {
  const passed = Object.entries(results).filter(
    ([result]) => !notPassed.includes(result) && !(type === "invite_to_group" && result === "enqueued"),
  );
  return {
    here,
    passed: passed.reduce((sum, [, n]) => sum + n, 0),
    failed: (results.failed ?? 0) + (results.parked ?? 0),
  };
}

function Counts({ counted }: { counted: Counted }) {
  const { t } = useTranslation();
  const { here, passed, failed } = figuresOf(counted);
  const { ratio } = counted;
  return (
    <span className={styles.counts}>
      <span>
        {t("journeyNodes.count.here")} <b>{formatNumber(here)}</b>
      </span>
      <span>
        {t("journeyNodes.count.passed")} <b>{formatNumber(passed)}</b>
      </span>
      {failed > 0 && (
        <span className={styles.bad}>
          {t("journeyNodes.count.failed")} {formatNumber(failed)}
        </span>
      )}
      {ratio && (
        <span className={ratio.is_off ? styles.bad : undefined}>
          {t(ratio.is_off ? "journeyNodes.count.outOfRatio" : "journeyNodes.count.inRatio", {
            people: formatNumber(ratio.people),
          })}
        </span>
      )}
    </span>
  );
}

/** A node as a button: what it does, who is there, what is wrong with it. */
export function NodeCard({ node, view }: { node: NodeData; view: EditorView }) {
  const faultText = useFaultText();
  const type = nodeTypes[node.type];
  const faults = view.faultsOf(node.id);
  const counted = view.counts.get(node.id);
  return (
    <button
      type="button"
      className={styles.node}
      data-node={node.id}
      data-group={type?.group}
      data-faulty={faults.length > 0}
      aria-pressed={view.selected === node.id}
      onClick={() => view.select(node.id)}
    >
      <span className={styles.icon}>{type?.icon ?? unknownIcon}</span>
      <span className={styles.words}>
        <strong>
          {view.words.type(node.type)} <DeliveryTag node={node} />
        </strong>
        <span className={styles.summary}>{view.words.node(node)}</span>
        {counted && <Counts counted={counted} />}
        {faults.slice(0, 2).map((fault) => (
          <span key={`${fault.field} ${fault.code}`} className={styles.fault}>
            {faultText(fault)}
          </span>
        ))}
      </span>
    </button>
  );
}
