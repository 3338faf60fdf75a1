import { Progress, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Duty } from "@/api/types";
import { formatDate, formatNumber } from "@/shared/format/format";
import styles from "./staff.module.css";

/** A date later than that says nothing. */
const farAhead = 366 * 86_400_000;

/** How many customers a member holds of those that fit, and when there is no room left. */
export function Capacity({ duty, now }: { duty: Duty; now: Date }) {
  const { t } = useTranslation();
  const { friends, friend_limit: limit, is_full: isFull } = duty;
  if (!duty.contact_enabled) return <span className={styles.faint}>—</span>;
  if (friends === null) return <span className={styles.faint}>{t("staff.capacity.uncounted")}</span>;
  const fullOn = duty.full_on && new Date(duty.full_on);
  const foreseen = fullOn && fullOn.getTime() - now.getTime() < farAhead;
  return (
    <Room
      friends={friends}
      limit={limit}
      hint={t("staff.capacity.hint", { added: formatNumber(duty.friends_added) })}
      full={isFull ? t("staff.capacity.full") : null}
      foreseen={foreseen ? t("staff.capacity.fullOn", { day: formatDate(fullOn) }) : ""}
    />
  );
}

interface RoomProps {
  friends: number;
  limit: number;
  hint: string;
  /** What being full means; null: there is room. */
  full: string | null;
  foreseen: string;
}

/** How full something is. */
export function Room({ friends, limit, hint, full, foreseen }: RoomProps) {
  const { t } = useTranslation();
  const percent = Math.min(100, (friends / Math.max(limit, 1)) * 100);
  return (
    <Tooltip title={hint}>
      <div className={styles.capacity}>
        <Progress
          percent={percent}
          size="small"
          showInfo={false}
          status={full ? "exception" : "normal"}
          aria-label={t("staff.capacity.title")}
        />
        <span className="tabular">
          {formatNumber(friends)} / {formatNumber(limit)} · {Math.round(percent)}%
        </span>
        {full ? <Tag color="error">{full}</Tag> : <span className={styles.faint}>{foreseen}</span>}
      </div>
    </Tooltip>
  );
}
