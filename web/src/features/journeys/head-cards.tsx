import { AimOutlined, LoginOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { durationText } from "@/shared/format/duration";
import styles from "./editor.module.css";
import { asList } from "./list-inputs";
import type { Schedule } from "./schedule";
import { type EditorView, entryId, goalId } from "./use-editor";
import { useFaultText } from "./use-faults";

/** Who comes in, and what for: above the first node. */
export function HeadCards({ view }: { view: EditorView }) {
  const { t } = useTranslation();
  const faultText = useFaultText();
  const { entry, goal } = view.draft;
  const events = (part: Record<string, unknown> | null | undefined) =>
    asList(part?.events).map(view.words.trigger).join(t("journeyNodes.or"));
  const cards = [
    {
      id: entryId,
      icon: <LoginOutlined />,
      label: t("journeyNodes.entry"),
      summary:
        [events(entry), view.words.schedule(entry?.schedule as Schedule | undefined)]
          .filter(Boolean)
          .join(t("journeyNodes.or")) || t("journeyNodes.byHand"),
    },
    {
      id: goalId,
      icon: <AimOutlined />,
      label: t("journeyNodes.goal"),
      summary: goal
        ? `${events(goal)} · ${durationText(t, Number(goal.within_seconds ?? 0))}`
        : t("journeyNodes.noGoal"),
    },
  ];
  return (
    <div className={styles.head}>
      {cards.map(({ id, icon, label, summary }) => (
        <button
          key={id}
          type="button"
          className={styles.node}
          data-node={id}
          data-faulty={view.faultsOf(id).length > 0}
          aria-pressed={view.selected === id}
          onClick={() => view.select(id)}
        >
          <span className={styles.icon}>{icon}</span>
          <span className={styles.words}>
            <strong>{label}</strong>
            <span className={styles.summary}>{summary}</span>
            {view.faultsOf(id).map((fault) => (
              <span key={`${fault.field} ${fault.code}`} className={styles.fault}>
                {faultText(fault)}
              </span>
            ))}
          </span>
        </button>
      ))}
    </div>
  );
}
