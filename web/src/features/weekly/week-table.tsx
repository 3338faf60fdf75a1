import { Table, type TableProps } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { formatNumber } from "@/shared/format/format";
import { useMoney } from "@/shared/hooks/use-money";
import type { Group, WeekRow } from "./use-weekly";
import styles from "./weekly.module.css";

const places: Partial<Record<Group, string>> = {
  paths: "/paths",
  campaigns: "/campaigns",
  articles: "/articles",
};
const everyday = "0";

function Name({ row, group }: { row: WeekRow; group: Group }) {
  const { t } = useTranslation();
  if (row.key === "") return t(group === "staff" ? "weekly.pool" : "weekly.unknown");
  if (row.key === everyday && group === "campaigns") return t("weekly.everyday");
  if (row.key === everyday && group === "articles") return t("weekly.elsewhere");
  const place = places[group];
  const name = row.name ?? row.key;
  return place ? <Link to={`${place}/${row.key}`}>{name}</Link> : name;
}

function Counts({ now, before }: { now: number; before: number }) {
  return (
    <span className="tabular">
      <strong>{formatNumber(now)}</strong> <span className={styles.faint}>/ {formatNumber(before)}</span>
    </span>
  );
}

/** One way to divide the week's leads. */
export function WeekTable({ rows, group }: { rows: WeekRow[]; group: Group }) {
  const { t } = useTranslation();
  const money = useMoney();
  const counts = (["leads", "qualified", "sql"] as const).map((key) => ({
    key,
    align: "right" as const,
    title: t(`weekly.figure.${key}`),
    render: (_: unknown, row: WeekRow) => <Counts now={row.now[key]} before={row.before[key]} />,
  }));
  const columns: TableProps<WeekRow>["columns"] = [
    { key: "name", title: t(`weekly.group.${group}`), render: (_, row) => <Name row={row} group={group} /> },
    ...counts,
    {
      key: "cost",
      align: "right",
      title: t(group === "campaigns" ? "weekly.cost" : "weekly.costShare"),
      render: (_, { cost }) => (cost > 0 ? money(Math.round(cost)) : "—"),
    },
    {
      key: "perSql",
      align: "right",
      title: t("weekly.figure.cost_per_sql"),
      render: (_, { cost, now }) => (cost > 0 && now.sql > 0 ? money(Math.round(cost / now.sql)) : "—"),
    },
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must be able to do
    <section className={styles.scroll} aria-label={t(`weekly.group.${group}`)} tabIndex={0}>
      <Table<WeekRow>
        size="middle"
        rowKey="key"
        columns={columns}
        dataSource={rows}
        pagination={false}
        locale={{ emptyText: t("weekly.noRows") }}
      />
    </section>
  );
}
