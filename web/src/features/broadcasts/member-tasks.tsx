import { Card, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { MemberTask } from "@/api/types";
import { useMassLoad } from "@/shared/components/mass-load-note";
import { Moment } from "@/shared/components/moment";
import { ScrollFrame } from "@/shared/components/scroll-frame";
import { formatNumber } from "@/shared/format/format";
import styles from "./broadcasts.module.css";
import { useMemberTasks } from "./use-broadcasts";

const hour = (of: number) => `${String(of).padStart(2, "0")}:00`;

/** What each member has to confirm, those who have not first; while it is sent, when the next ones are asked. */
export function MemberTasks({ id, sending }: { id: number; sending: boolean }) {
  const { t } = useTranslation();
  const tasks = useMemberTasks(id);
  const load = useMassLoad();
  const rows = tasks.data ?? [];
  const confirmed = rows.filter((each) => each.confirmed_at !== null).length;
  return (
    <Card
      className={styles.card}
      title={t("broadcasts.tasks.title", { done: formatNumber(confirmed), all: formatNumber(rows.length) })}
    >
      {tasks.data?.length === 0 ? (
        <p className={styles.note}>
          {sending && load
            ? t("broadcasts.tasks.hours", {
                from: hour(load.from_hour),
                until: hour(load.until_hour),
                most: load.most_per_member_day,
              })
            : t("broadcasts.tasks.none")}
        </p>
      ) : (
        <ScrollFrame label={t("broadcasts.tasks.staff")}>
          <Table<MemberTask>
            size="small"
            rowKey={(row) => `${row.staff}:${row.asked_at ?? ""}:${row.customers}`}
            loading={tasks.isPending}
            dataSource={rows}
            pagination={rows.length > 20 ? { pageSize: 20 } : false}
            columns={[
              {
                key: "staff",
                title: t("broadcasts.tasks.staff"),
                render: (_, { staff, staff_name }) => staff_name ?? staff,
              },
              {
                key: "state",
                title: t("broadcasts.column.state"),
                render: (_, { state }) => t(`broadcasts.tasks.state.${state as "open"}`),
              },
              {
                key: "customers",
                title: t("broadcasts.tasks.customers"),
                align: "right",
                render: (_, { customers }) => formatNumber(customers),
              },
              {
                key: "sent",
                title: t("broadcasts.step.sent"),
                align: "right",
                render: (_, { sent }) => formatNumber(sent),
              },
              {
                key: "at",
                title: t("broadcasts.tasks.confirmedAt"),
                render: (_, { confirmed_at }) =>
                  confirmed_at ? <Moment at={confirmed_at} /> : t("common.notYet"),
              },
            ]}
          />
        </ScrollFrame>
      )}
    </Card>
  );
}
