import { keepPreviousData } from "@tanstack/react-query";
import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { GroupChat, GroupMember } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import type { Column } from "@/shared/components/data-table/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { Moment } from "@/shared/components/moment";
import { TabBar } from "@/shared/components/tab-bar";
import styles from "./group-chats.module.css";

const filterKeys = ["gone"] as const;
const scenes = [1, 2, 3] as const;

function Who({ member }: { member: GroupMember }) {
  const { t } = useTranslation();
  const name = member.name ?? t("groupChats.member.unnamed");
  return (
    <span className={styles.who}>
      {member.person_id ? <Link to={`/persons/${member.person_id}`}>{name}</Link> : name}
      {!member.is_friend && <Tag>{t("groupChats.member.noFriend")}</Tag>}
    </span>
  );
}

function useColumns(gone: boolean): Column<GroupMember>[] {
  const { t } = useTranslation();
  const how = (member: GroupMember) => {
    const scene = scenes.find((one) => one === member.join_scene);
    if (scene === undefined) return t("common.none");
    return t(`groupChats.member.scene.${scene}`);
  };
  return [
    {
      key: "name",
      title: t("groupChats.member.name"),
      fixed: true,
      render: (member) => <Who member={member} />,
    },
    { key: "how", title: t("groupChats.member.how"), render: how },
    {
      key: "by",
      title: t("groupChats.member.by"),
      render: ({ state_name, state, invitor_name }) =>
        state_name || state || invitor_name || t("common.none"),
    },
    {
      key: "joined",
      title: t("groupChats.member.joined"),
      render: ({ joined_at }) => <Moment at={joined_at} />,
    },
    ...(gone
      ? [
          {
            key: "left",
            title: t("groupChats.member.left"),
            render: ({ left_at }: GroupMember) => left_at && <Moment at={left_at} />,
          },
          {
            key: "quit",
            title: t("groupChats.member.quit"),
            render: ({ quit_scene }: GroupMember) =>
              quit_scene === 0 || quit_scene === 1
                ? t(`groupChats.member.quitScene.${quit_scene}`)
                : t("groupChats.member.quitUnknown"),
          },
        ]
      : []),
  ];
}

/** Customers who are in a group chat, and those who have left it. */
export function MemberTable({ chat }: { chat: GroupChat }) {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const gone = state.filters.gone === "true";
  const query = { page: state.page, size: state.size, present: !gone };
  const list = $api.useQuery(
    "get",
    "/api/group-chats/{chat_id}/members",
    { params: { path: { chat_id: chat.id }, query } },
    { placeholderData: keepPreviousData },
  );
  return (
    <>
      <TabBar
        label={t("groupChats.member.title")}
        tabs={[
          { key: "in", label: t("groupChats.member.in") },
          { key: "gone", label: t("groupChats.member.gone") },
        ]}
        active={gone ? "gone" : "in"}
        onChange={(key) => state.applyFilters({ gone: key === "gone" ? "true" : "" })}
      />
      <DataTable
        name="group-members"
        label={t("groupChats.member.title")}
        columns={useColumns(gone)}
        rowKey={({ id, joined_at }) => `${id} ${joined_at}`}
        query={list}
        state={state}
        empty={
          <p className={styles.nobody}>
            {t(gone ? "groupChats.member.noneGone" : "groupChats.member.noneIn")}
          </p>
        }
      />
    </>
  );
}
