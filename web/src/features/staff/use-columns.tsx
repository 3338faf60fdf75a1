import { Button, type TableProps, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Duty, PersonalAccount } from "@/api/types";
import { useNow } from "@/shared/hooks/use-now";
import { Capacity } from "./capacity";
import { PersonalActs, PersonalName, PersonalRoom } from "./personal-cells";
import type { Row } from "./rows";
import { ShiftText } from "./shift-text";
import styles from "./staff.module.css";

export interface Acts {
  onEdit(duty: Duty): void;
  onEditPersonal(account: PersonalAccount): void;
  onReport(account: PersonalAccount): void;
}

function MemberName({ duty }: { duty: Duty }) {
  const { t } = useTranslation();
  return (
    <>
      <strong>{duty.name}</strong> {duty.is_leader && <Tag color="processing">{t("staff.leader")}</Tag>}{" "}
      {!duty.contact_enabled && <Tag>{t("staff.noContact")}</Tag>}
      <div className={styles.faint}>{duty.userid}</div>
    </>
  );
}

function Share({ duty: { weight, daily_cap: cap, contact_enabled: enabled } }: { duty: Duty }) {
  const { t } = useTranslation();
  return (
    <>
      {weight === 0 || !enabled ? t("staff.share.none") : t("staff.share.weight", { weight })}
      {cap !== null && <div className={styles.faint}>{t("staff.share.cap", { cap })}</div>}
    </>
  );
}

function RowActs({ row, acts }: { row: Row; acts: Acts }) {
  const { t } = useTranslation();
  if ("account" in row) {
    const { account } = row;
    return (
      <PersonalActs
        account={account}
        onEdit={() => acts.onEditPersonal(account)}
        onReport={() => acts.onReport(account)}
      />
    );
  }
  return (
    <Button
      type="link"
      size="small"
      aria-label={t("staff.editOne", { name: row.duty.name })}
      onClick={() => acts.onEdit(row.duty)}
    >
      {t("common.action.edit")}
    </Button>
  );
}

/** Columns of members and personal accounts; without ``acts`` nothing can be changed. */
export function useColumns(duties: Duty[], acts: Acts | undefined): TableProps<Row>["columns"] {
  const { t } = useTranslation();
  const now = useNow();
  const nameOf = (duty: Duty) =>
    duties.find((each) => each.account_id === duty.account_id && each.userid === duty.backup)?.name ??
    duty.backup;
  return [
    {
      key: "name",
      title: t("staff.column.name"),
      render: (_, row) =>
        "duty" in row ? <MemberName duty={row.duty} /> : <PersonalName account={row.account} />,
    },
    {
      key: "shift",
      title: t("staff.column.shift"),
      render: (_, row) => ("duty" in row ? <ShiftText duty={row.duty} now={now} /> : "—"),
    },
    {
      key: "capacity",
      title: t("staff.capacity.title"),
      width: 260,
      render: (_, row) =>
        "duty" in row ? <Capacity duty={row.duty} now={now} /> : <PersonalRoom account={row.account} />,
    },
    {
      key: "share",
      title: t("staff.column.share"),
      render: (_, row) =>
        "duty" in row ? (
          <Share duty={row.duty} />
        ) : (
          <span className={styles.faint}>{t("staff.personal.share")}</span>
        ),
    },
    {
      key: "backup",
      title: t("staff.column.backup"),
      render: (_, row) => ("duty" in row ? (nameOf(row.duty) ?? "—") : "—"),
    },
    ...(acts ? [{ key: "edit", render: (_: unknown, row: Row) => <RowActs row={row} acts={acts} /> }] : []),
  ];
}
