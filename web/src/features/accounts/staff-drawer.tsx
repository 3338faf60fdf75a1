import { Drawer, Input, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { Account, Staff } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { StateDot } from "@/shared/components/state-dot";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import styles from "./accounts.module.css";

const active = 1;
const statuses: Record<number, "active" | "disabled" | "inactive" | "left"> = {
  1: "active",
  2: "disabled",
  4: "inactive",
  5: "left",
};

function matches({ name, userid, department }: Staff, search: string): boolean {
  return `${name} ${userid} ${department ?? ""}`.toLowerCase().includes(search.trim().toLowerCase());
}

export function StaffDrawer({ account, onClose }: { account: Account; onClose(): void }) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const [search, setSearch] = useState("");
  const params = { query: { account_id: account.id } };
  const staff = $api.useQuery("get", "/api/staff", { params });
  const columns = [
    {
      key: "name",
      title: t("accounts.staff.name"),
      render: (_: unknown, row: Staff) => (
        <>
          <strong>{row.name}</strong> <span className={styles.faint}>{row.userid}</span>
        </>
      ),
    },
    {
      key: "department",
      title: t("accounts.staff.department"),
      render: (_: unknown, row: Staff) => row.department ?? "—",
    },
    {
      key: "status",
      title: t("accounts.staff.status"),
      render: (_: unknown, row: Staff) => (
        <StateDot tone={row.status === active ? "good" : "quiet"}>
          {t(`accounts.staff.state.${statuses[row.status] ?? "unknown"}`)}
        </StateDot>
      ),
    },
    {
      key: "contact",
      title: t("accounts.staff.contact"),
      render: (_: unknown, row: Staff) => t(row.contact_enabled ? "accounts.staff.yes" : "accounts.staff.no"),
    },
  ];
  const synced = staff.data?.[0]?.synced_at;
  return (
    <Drawer
      open
      size={isNarrow ? "100%" : 640}
      title={`${account.name} · ${t("accounts.staff.title")}`}
      onClose={onClose}
    >
      <div className={styles.staffBar}>
        <Input.Search
          allowClear
          data-search
          placeholder={t("accounts.staff.search")}
          aria-label={t("accounts.staff.search")}
          onChange={(event) => setSearch(event.target.value)}
        />
        {synced && (
          <span className={styles.faint}>
            {t("accounts.staff.syncedAt")} <Moment at={synced} relative />
          </span>
        )}
      </div>
      {staff.error && !staff.data ? (
        <ErrorState error={staff.error} onRetry={() => void staff.refetch()} />
      ) : (
        <Table<Staff>
          rowKey="userid"
          size="middle"
          loading={staff.isPending}
          columns={columns}
          dataSource={(staff.data ?? []).filter((row) => matches(row, search))}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          locale={{ emptyText: t("accounts.staff.empty") }}
        />
      )}
    </Drawer>
  );
}
