import { CalendarOutlined, TeamOutlined } from "@ant-design/icons";
import { Button, Input, Table, type TableProps, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Duty } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { useNow } from "@/shared/hooks/use-now";
import { Capacity } from "./capacity";
import { DutyDrawer } from "./duty-drawer";
import { ShiftText } from "./shift-text";
import { SpecialDaysDrawer } from "./special-days-drawer";
import styles from "./staff.module.css";
import { useDuties, useSpecialDays } from "./use-duties";

const pageSize = 50;

function useColumns(duties: Duty[], onEdit: ((duty: Duty) => void) | undefined): TableProps<Duty>["columns"] {
  const { t } = useTranslation();
  const now = useNow();
  const nameOf = (duty: Duty) =>
    duties.find((each) => each.account_id === duty.account_id && each.userid === duty.backup)?.name ??
    duty.backup;
  return [
    {
      key: "name",
      title: t("staff.column.name"),
      render: (_, duty) => (
        <>
          <strong>{duty.name}</strong> {duty.is_leader && <Tag color="processing">{t("staff.leader")}</Tag>}
          {!duty.contact_enabled && <Tag>{t("staff.noContact")}</Tag>}
          <div className={styles.faint}>{duty.userid}</div>
        </>
      ),
    },
    {
      key: "shift",
      title: t("staff.column.shift"),
      render: (_, duty) => <ShiftText duty={duty} now={now} />,
    },
    {
      key: "capacity",
      title: t("staff.capacity.title"),
      width: 260,
      render: (_, duty) => <Capacity duty={duty} now={now} />,
    },
    {
      key: "share",
      title: t("staff.column.share"),
      render: (_, { weight, daily_cap: cap, contact_enabled: enabled }) => (
        <>
          {weight === 0 || !enabled ? t("staff.share.none") : t("staff.share.weight", { weight })}
          {cap !== null && <div className={styles.faint}>{t("staff.share.cap", { cap })}</div>}
        </>
      ),
    },
    {
      key: "backup",
      title: t("staff.column.backup"),
      render: (_, duty) => nameOf(duty) ?? "—",
    },
    ...(onEdit
      ? [
          {
            key: "edit",
            render: (_: unknown, duty: Duty) => (
              <Button
                type="link"
                size="small"
                aria-label={t("staff.editOne", { name: duty.name })}
                onClick={() => onEdit(duty)}
              >
                {t("common.action.edit")}
              </Button>
            ),
          },
        ]
      : []),
  ];
}

function matches({ name, userid }: Duty, search: string): boolean {
  return `${name} ${userid}`.toLowerCase().includes(search.trim().toLowerCase());
}

export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const { data, error, isPending, refetch } = useDuties();
  const special = useSpecialDays().data?.days;
  const [search, setSearch] = useState("");
  const [edited, setEdited] = useState<Duty | null>(null);
  const [planning, setPlanning] = useState(false);
  const duties = (data ?? []).toSorted(
    (one, other) => Number(other.contact_enabled) - Number(one.contact_enabled),
  );
  const columns = useColumns(duties, mayWrite ? setEdited : undefined);
  const extra = mayWrite && special && (
    <Button icon={<CalendarOutlined />} onClick={() => setPlanning(true)}>
      {t("staff.special.open", { count: special.length })}
    </Button>
  );
  const empty = (
    <EmptyState
      icon={<TeamOutlined />}
      title={t("staff.empty")}
      text={t("staff.emptyText")}
      action={<Link to="/settings/accounts">{t("staff.emptyAction")}</Link>}
    />
  );
  return (
    <>
      <PageHead title={t("staff.title")} text={t("staff.text")} extra={extra} />
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <div className={`card ${styles.card}`}>
          <Input.Search
            allowClear
            data-search
            className={styles.search}
            placeholder={t("staff.search")}
            aria-label={t("staff.search")}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Table<Duty>
            size="middle"
            rowKey={({ account_id, userid }) => `${account_id} ${userid}`}
            loading={isPending}
            columns={columns ?? []}
            dataSource={duties.filter((duty) => matches(duty, search))}
            pagination={{ pageSize, hideOnSinglePage: true }}
            scroll={{ x: "max-content" }}
            locale={{ emptyText: isPending ? " " : search ? t("staff.noMatch") : empty }}
          />
        </div>
      )}
      {edited && <DutyDrawer duty={edited} duties={duties} onClose={() => setEdited(null)} />}
      {planning && special && <SpecialDaysDrawer days={special} onClose={() => setPlanning(false)} />}
    </>
  );
}
