import { Input, type InputRef, Modal } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./editor.module.css";
import { type Group, nodeTypes } from "./node-types";
import type { Words } from "./use-words";

const groups: Group[] = ["send", "wait", "decide", "act", "end"];

interface Props {
  words: Words;
  /** An end fits only where nothing follows. */
  last: boolean;
  onPick(type: string): void;
  onClose(): void;
}

/** All types of nodes; what is typed narrows them, Enter takes the first. */
export function Palette({ words, last, onPick, onClose }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const search = useRef<InputRef>(null);
  const offered = Object.entries(nodeTypes).filter(
    ([type, { exits }]) =>
      (exits.length > 0 || last) &&
      `${words.type(type)} ${type}`.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  const sections = [
    ...groups.map((group) => ({
      title: t(`journeyNodes.palette.${group}`),
      list: offered.filter(([, type]) => type.group === group && !type.advanced),
    })),
    { title: t("journeyNodes.palette.advanced"), list: offered.filter(([, { advanced }]) => advanced) },
  ].filter(({ list }) => list.length > 0);
  const first = sections[0]?.list[0]?.[0];
  return (
    <Modal
      open
      footer={null}
      title={t("journeyNodes.palette.title")}
      onCancel={onClose}
      afterOpenChange={(open) => open && search.current?.focus()}
      width={680}
    >
      <Input
        ref={search}
        value={typed}
        aria-label={t("journeyNodes.palette.search")}
        placeholder={t("journeyNodes.palette.search")}
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={() => first && onPick(first)}
        style={{ marginBottom: 12 }}
      />
      {sections.map(({ title, list }) => (
        <section key={title} aria-label={title}>
          <span className={styles.quiet}>{title}</span>
          <div className={styles.palette}>
            {list.map(([type, { icon }]) => (
              <button key={type} type="button" onClick={() => onPick(type)}>
                <span className={styles.icon}>{icon}</span>
                {words.type(type)}
              </button>
            ))}
          </div>
        </section>
      ))}
      {sections.length === 0 && <p className={styles.quiet}>{t("journeyNodes.palette.none")}</p>}
    </Modal>
  );
}
