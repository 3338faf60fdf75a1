import { CalendarOutlined, PlusOutlined, TeamOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, Space, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Duty, PersonalAccount } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { DutyDrawer } from "./duty-drawer";
import { FriendsDrawer } from "./friends-drawer";
import { PersonalDrawer } from "./personal-drawer";
import { type Row, rowsOf } from "./rows";
import { SpecialDaysDrawer } from "./special-days-drawer";
import styles from "./staff.module.css";
import { useColumns } from "./use-columns";
import { useDuties, useSpecialDays } from "./use-duties";
import { usePersonalAccounts } from "./use-personal";

const pageSize = 50;

/** What stands open at the side; "new" is a personal account to be noted. */
type Open =
  | { duty: Duty }
  | { personal: PersonalAccount | "new" }
  | { report: PersonalAccount }
  | "special"
  | null;

function useEmpty() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<TeamOutlined />}
      title={t("staff.empty")}
      text={t("staff.emptyText")}
      action={<Link to="/settings/accounts">{t("staff.emptyAction")}</Link>}
    />
  );
}

interface DrawerProps {
  open: Open;
  duties: Duty[];
  onClose(): void;
}

function OpenDrawer({ open, duties, onClose }: DrawerProps) {
  const special = useSpecialDays().data?.days;
  if (open === null) return null;
  if (open === "special") return special ? <SpecialDaysDrawer days={special} onClose={onClose} /> : null;
  if ("duty" in open) return <DutyDrawer duty={open.duty} duties={duties} onClose={onClose} />;
  if ("report" in open) return <FriendsDrawer account={open.report} onClose={onClose} />;
  const account = open.personal === "new" ? null : open.personal;
  return <PersonalDrawer account={account} duties={duties} onClose={onClose} />;
}

function HeadActs({ onOpen }: { onOpen(open: Open): void }) {
  const { t } = useTranslation();
  const special = useSpecialDays().data?.days;
  return (
    <Space wrap>
      {special && (
        <Button icon={<CalendarOutlined />} onClick={() => onOpen("special")}>
          {t("staff.special.open", { count: special.length })}
        </Button>
      )}
      <Button icon={<PlusOutlined />} onClick={() => onOpen({ personal: "new" })}>
        {t("staff.personal.add")}
      </Button>
    </Space>
  );
}

export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const { data, error, isPending, refetch } = useDuties();
  const personal = usePersonalAccounts();
  const [search, setSearch] = useState("");
  const [archived, setArchived] = useState(false);
  const [open, setOpen] = useState<Open>(null);
  const duties = data ?? [];
  const accounts = personal.data ?? [];
  const acts = {
    onEdit: (duty: Duty) => setOpen({ duty }),
    onEditPersonal: (account: PersonalAccount) => setOpen({ personal: account }),
    onReport: (report: PersonalAccount) => setOpen({ report }),
  };
  const columns = useColumns(duties, mayWrite ? acts : undefined);
  const empty = useEmpty();
  const failed = data ? personal.error : error;
  const retry = () => void Promise.all([refetch(), personal.refetch()]);
  return (
    <>
      <PageHead
        title={t("staff.title")}
        text={t("staff.text")}
        extra={mayWrite && <HeadActs onOpen={setOpen} />}
      />
      {failed ? (
        <ErrorState error={failed} onRetry={retry} />
      ) : (
        <div className={`card ${styles.card}`}>
          <div className={styles.bar}>
            <Input.Search
              allowClear
              data-search
              className={styles.search}
              placeholder={t("staff.search")}
              aria-label={t("staff.search")}
              onChange={(event) => setSearch(event.target.value)}
            />
            {accounts.some((each) => each.archived_at !== null) && (
              <Checkbox checked={archived} onChange={(event) => setArchived(event.target.checked)}>
                {t("staff.personal.showArchived")}
              </Checkbox>
            )}
          </div>
          <Table<Row>
            size="middle"
            rowKey="key"
            loading={isPending || personal.isPending}
            columns={columns ?? []}
            dataSource={rowsOf(duties, accounts, search, archived)}
            pagination={{ pageSize, hideOnSinglePage: true }}
            scroll={{ x: "max-content" }}
            locale={{ emptyText: isPending ? " " : search ? t("staff.noMatch") : empty }}
          />
          {accounts.length > 0 && <p className={styles.note}>{t("staff.personal.noApi")}</p>}
        </div>
      )}
      <OpenDrawer open={open} duties={duties} onClose={() => setOpen(null)} />
    </>
  );
}
