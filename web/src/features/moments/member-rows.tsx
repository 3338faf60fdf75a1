import { Card, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { MomentMember } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import styles from "./moments.module.css";
import { useMomentMembers } from "./use-moments";

/** Who has published it and what it brought each, those who have not first. */
export function MemberRows({ id }: { id: number }) {
  const { t } = useTranslation();
  const members = useMomentMembers(id);
  const figure = (key: "visible" | "likes" | "comments" | "per_thousand") => ({
    key,
    title: t(`moments.figure.${key}`),
    align: "right" as const,
    render: (_: unknown, member: MomentMember) => {
      const value = member[key];
      if (value !== null) return formatNumber(value);
      return member.visible === null ? "—" : t("common.fewSamples");
    },
  });
  return (
    <Card className={styles.card} title={t("moments.members.title")}>
      <Table<MomentMember>
        size="small"
        rowKey="staff"
        loading={members.isPending}
        dataSource={members.data ?? []}
        scroll={{ x: true }}
        pagination={(members.data ?? []).length > 20 ? { pageSize: 20 } : false}
        locale={{ emptyText: t("moments.members.none") }}
        columns={[
          {
            key: "staff",
            title: t("moments.members.staff"),
            render: (_, { staff, staff_name }) => staff_name ?? staff,
          },
          {
            key: "state",
            title: t("moments.column.state"),
            render: (_, { state }) => t(`moments.members.state.${state}`),
          },
          figure("visible"),
          figure("likes"),
          figure("comments"),
          figure("per_thousand"),
          {
            key: "seen",
            title: t("moments.members.seenAt"),
            align: "right",
            render: (_, { seen_at }) => (seen_at ? <Moment at={seen_at} /> : "—"),
          },
        ]}
      />
    </Card>
  );
}
