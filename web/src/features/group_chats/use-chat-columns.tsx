import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { GroupChat } from "@/api/types";
import type { Column } from "@/shared/components/data-table/types";
import { Moment } from "@/shared/components/moment";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import { formatNumber } from "@/shared/format/format";
import { CharterTag } from "./charter-tag";
import { FillBar } from "./fill-bar";
import styles from "./group-chats.module.css";

const tones: Record<GroupChat["state"], Tone> = {
  unread: "busy",
  normal: "good",
  owner_left: "bad",
  inheriting: "busy",
  inherited: "good",
  dismissed: "quiet",
};

export function ChatState({ chat }: { chat: GroupChat }) {
  const { t } = useTranslation();
  return <StateDot tone={tones[chat.state]}>{t(`groupChats.state.${chat.state}`)}</StateDot>;
}

interface Actions {
  onOpen(chat: GroupChat): void;
  onEdit(chat: GroupChat): void;
}

function RowActions({ chat, onOpen, onEdit }: Actions & { chat: GroupChat }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  return (
    <span className={styles.actions}>
      <Button type="link" size="small" onClick={() => onOpen(chat)}>
        {t("common.action.detail")}
      </Button>
      {mayWrite && (
        <Button type="link" size="small" onClick={() => onEdit(chat)}>
          {t("groupChats.charter")}
        </Button>
      )}
    </span>
  );
}

export function useChatColumns(actions: Actions): Column<GroupChat>[] {
  const { t } = useTranslation();
  return [
    {
      key: "name",
      title: t("groupChats.column.name"),
      fixed: true,
      render: (chat) => (
        <Button type="link" className={styles.name} onClick={() => actions.onOpen(chat)}>
          {chat.name || t("groupChats.unnamed")}
        </Button>
      ),
    },
    {
      key: "charter",
      title: t("groupChats.charter"),
      render: (chat) => <CharterTag charter={chat.charter} />,
    },
    { key: "owner", title: t("groupChats.column.owner"), render: (chat) => chat.owner_name },
    {
      key: "members",
      title: t("groupChats.column.members"),
      render: ({ members, capacity }) => <FillBar members={members} capacity={capacity} />,
    },
    {
      key: "customers",
      title: t("groupChats.column.customers"),
      align: "right",
      render: ({ counts }) => (
        <Tooltip title={t("groupChats.customersHint")}>{formatNumber(counts.customers)}</Tooltip>
      ),
    },
    {
      key: "today",
      title: t("groupChats.column.today"),
      align: "right",
      render: ({ counts }) => (
        <span className="tabular">
          +{formatNumber(counts.joined_today)} / −{formatNumber(counts.left_today)}
        </span>
      ),
    },
    {
      key: "left",
      title: t("groupChats.column.left"),
      align: "right",
      render: ({ counts }) => formatNumber(counts.left),
    },
    { key: "state", title: t("groupChats.column.state"), render: (chat) => <ChatState chat={chat} /> },
    {
      key: "created",
      title: t("groupChats.column.created"),
      render: ({ created_at }) => created_at && <Moment at={created_at} />,
    },
    {
      key: "actions",
      title: t("groupChats.column.actions"),
      sticky: true,
      render: (chat) => <RowActions chat={chat} {...actions} />,
    },
  ];
}
