import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { exitsOf, type NodeData } from "./draft";
import styles from "./editor.module.css";
import { HeadCards } from "./head-cards";
import { NodeCard } from "./node-card";
import { drawTree, flatten } from "./tree";
import type { EditorView } from "./use-editor";

/** Where each way out leads, in words. */
function Ways({ node, view }: { node: NodeData; view: EditorView }) {
  const exits = exitsOf(node);
  if (exits.length === 0) return null;
  const single = exits.length === 1;
  return (
    <span className={styles.listWay}>
      {exits
        .map(({ path, target }) => {
          const to = view.words.target(view.draft, target);
          return single ? `→ ${to}` : `${view.words.exit(node, path)} → ${to}`;
        })
        .join("　")}
    </span>
  );
}

/** Puts a step behind a node, on the way out that is chosen where there are several. */
function InsertBehind({ node, name, view }: { node: NodeData; name: string; view: EditorView }) {
  const { t } = useTranslation();
  const exits = exitsOf(node);
  const insertAt = (path: string) => view.insertAt?.({ node: node.id, path });
  const [first] = exits;
  if (!first) return null;
  const button = { icon: <PlusOutlined />, "aria-label": t("journeyNodes.insertBehind", { name }) };
  if (exits.length === 1) return <Button type="text" {...button} onClick={() => insertAt(first.path)} />;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: exits.map(({ path }) => ({
          key: path,
          label: t("journeyNodes.insertAfterExit", { exit: view.words.exit(node, path) }),
        })),
        onClick: ({ key }) => insertAt(key),
      }}
    >
      <Button type="text" {...button} />
    </Dropdown>
  );
}

function Row({ node, depth, view }: { node: NodeData; depth: number; view: EditorView }) {
  const { t } = useTranslation();
  const name = view.words.target(view.draft, node.id);
  return (
    <li className={styles.listRow} style={{ marginInlineStart: Math.min(depth, 4) * 16 }}>
      <NodeCard node={node} view={view} />
      {view.change && (
        <span>
          <Button
            type="text"
            icon={<ArrowUpOutlined />}
            aria-label={t("journeyNodes.moveUp", { name })}
            onClick={() => view.change?.move(node.id, -1)}
          />
          <Button
            type="text"
            icon={<ArrowDownOutlined />}
            aria-label={t("journeyNodes.moveDown", { name })}
            onClick={() => view.change?.move(node.id, 1)}
          />
          <InsertBehind node={node} name={name} view={view} />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t("journeyNodes.delete", { name })}
            onClick={() => view.change?.remove(node.id)}
          />
        </span>
      )}
      <Ways node={node} view={view} />
    </li>
  );
}

/** The same as a list: for phones, and for whoever does not see the drawing. */
export function NodeList({ view }: { view: EditorView }) {
  const { main, loose } = drawTree(view.draft);
  const rows = [main, ...loose].flatMap((items) => flatten(items));
  return (
    <>
      <HeadCards view={view} />
      <ol className={styles.list} style={{ marginTop: 12 }}>
        {rows.map(
          ({ item, depth }) =>
            item.kind === "node" && <Row key={item.node.id} node={item.node} depth={depth} view={view} />,
        )}
      </ol>
    </>
  );
}
