import { PlusOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Place } from "./draft";
import styles from "./editor.module.css";
import { HeadCards } from "./head-cards";
import { NodeCard } from "./node-card";
import { type Drawn, drawTree, flows, type Item, type Jump } from "./tree";
import type { EditorView } from "./use-editor";

function Edge({ place, view }: { place: Place; view: EditorView }) {
  const { t } = useTranslation();
  return (
    <div className={styles.edge}>
      {view.insertAt && (
        <button
          type="button"
          className={styles.plus}
          aria-label={t("journeyNodes.insertHere")}
          onClick={() => view.insertAt?.(place)}
        >
          <PlusOutlined />
        </button>
      )}
    </div>
  );
}

function JumpPill({ jump, view }: { jump: Jump; view: EditorView }) {
  const { t } = useTranslation();
  return (
    <button type="button" className={styles.pill} onClick={() => view.focus(jump.to)}>
      {t(jump.back ? "journeyNodes.backTo" : "journeyNodes.onTo", {
        node: view.words.target(view.draft, jump.to),
      })}
    </button>
  );
}

function Branches({ drawn, view }: { drawn: Drawn; view: EditorView }) {
  const meets = flows([drawn]);
  return (
    <>
      <div className={styles.stub} />
      <div className={styles.branches}>
        {drawn.branches.map(({ path, items }) => (
          <div key={path} className={styles.branch} data-meets={meets}>
            <div className={styles.stub} />
            <span className={styles.exit} title={view.words.exit(drawn.node, path)}>
              {view.words.exit(drawn.node, path)}
            </span>
            <Sequence items={items} view={view} />
            {flows(items) && <div className={styles.line} />}
          </div>
        ))}
      </div>
    </>
  );
}

function Sequence({ items, view }: { items: Item[]; view: EditorView }) {
  const { t } = useTranslation();
  return items.map((item) => {
    const key = item.kind === "node" ? item.node.id : item.kind;
    return (
      <div key={key} className={styles.column}>
        <Edge place={item.place} view={view} />
        {item.kind === "node" && <NodeCard node={item.node} view={view} />}
        {item.kind === "node" && item.branches.length > 0 && <Branches drawn={item} view={view} />}
        {item.kind === "jump" && <JumpPill jump={item} view={view} />}
        {item.kind === "stop" && <span className={styles.pill}>{t("journeyNodes.endsRun")}</span>}
      </div>
    );
  });
}

/** A drawing begins in its middle, which is out of sight where it is wider than its frame. */
function centre(frame: HTMLElement | null) {
  if (frame) frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
}

/** A definition from top to bottom. */
export function Canvas({ view }: { view: EditorView }) {
  const { t } = useTranslation();
  const { main, loose } = drawTree(view.draft);
  return (
    <div className={styles.canvas} ref={centre}>
      <div className={styles.column}>
        <HeadCards view={view} />
        <Sequence items={main} view={view} />
      </div>
      {loose.map((items) => (
        <div key={JSON.stringify(items[0]?.place)} className={`${styles.column} ${styles.loose}`}>
          <span className={styles.quiet}>{t("journeyNodes.loose")}</span>
          <Sequence items={items} view={view} />
        </div>
      ))}
    </div>
  );
}
