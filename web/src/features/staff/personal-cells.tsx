import { Button, Dropdown, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { PersonalAccount } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import { Room } from "./capacity";
import styles from "./staff.module.css";
import { useArchivePersonal } from "./use-personal";

export function PersonalName({ account }: { account: PersonalAccount }) {
  const { t } = useTranslation();
  const { name, wechat_id: wechatId, holder, userid, archived_at: archived } = account;
  return (
    <>
      <strong>{name}</strong> <Tag color="green">{t("staff.personal.tag")}</Tag>
      {archived && <Tag>{t("staff.personal.archived")}</Tag>}
      <div className={styles.faint}>
        {t("staff.personal.heldBy", { name: holder ?? userid ?? t("staff.personal.nobody") })}
        {wechatId && ` · ${wechatId}`}
      </div>
    </>
  );
}

/** What somebody typed, and when there is no room left if it goes on like that. */
export function PersonalRoom({ account }: { account: PersonalAccount }) {
  const { t } = useTranslation();
  const last = account.counts.at(-1);
  if (!last) return <span className={styles.faint}>{t("staff.personal.uncounted")}</span>;
  const full = account.full_on ? t("staff.capacity.fullOn", { day: account.full_on }) : "";
  return (
    <Room
      friends={last.friends}
      limit={account.friend_limit}
      hint={t("staff.personal.countedOn", {
        day: last.day,
        count: last.friends,
        shown: formatNumber(last.friends),
      })}
      full={account.is_full ? t("staff.personal.full") : null}
      foreseen={full}
    />
  );
}

interface ActsProps {
  account: PersonalAccount;
  onReport(): void;
  onEdit(): void;
}

export function PersonalActs({ account, onReport, onEdit }: ActsProps) {
  const { t } = useTranslation();
  const archive = useArchivePersonal();
  const isArchived = account.archived_at !== null;
  const put = () =>
    archive.mutate({ params: { path: { personal_id: account.id } }, body: { archived: !isArchived } });
  const items = [
    { key: "edit", label: t("common.action.edit"), onClick: onEdit },
    {
      key: "archive",
      label: t(isArchived ? "staff.personal.restore" : "staff.personal.archive"),
      onClick: put,
    },
  ];
  return (
    <>
      {!isArchived && (
        <Button type={account.is_due ? "primary" : "link"} size="small" onClick={onReport}>
          {t("staff.personal.report")}
        </Button>
      )}
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button type="text" size="small" aria-label={t("staff.personal.more", { name: account.name })}>
          ⋯
        </Button>
      </Dropdown>
    </>
  );
}
