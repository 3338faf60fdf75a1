import { Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { GroupChat } from "@/api/types";
import styles from "./group-chats.module.css";

const colours = { missing: "error", overdue: "warning", complete: undefined } as const;

/** What a group chat is for; one that nobody has said this of is flagged. */
export function CharterTag({ charter }: { charter: GroupChat["charter"] }) {
  const { t } = useTranslation();
  const { state, kind, purpose } = charter;
  const flag = state !== "complete" && (
    <Tooltip title={t(`groupChats.charterHint.${state}`)}>
      <Tag color={colours[state]}>{t(`groupChats.charterState.${state}`)}</Tag>
    </Tooltip>
  );
  return (
    <span className={styles.charter}>
      {kind && <Tag>{t(`groupChats.kind.${kind}`)}</Tag>}
      {flag}
      {purpose && <span className={styles.purpose}>{purpose}</span>}
    </span>
  );
}
