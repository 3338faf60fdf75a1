import { Skeleton, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { ErrorState } from "@/shared/components/error-state";
import { formatNumber } from "@/shared/format/format";
import styles from "./day-bars.module.css";

const days = 28;
/** Of both directions together, in pixels: they share one scale. */
const height = 72;

/** Joins above the line, leaves below it, one column a Beijing day. */
export function DayBars({ chatId }: { chatId: number }) {
  const { t } = useTranslation();
  const query = $api.useQuery("get", "/api/group-chats/{chat_id}/days", {
    params: { path: { chat_id: chatId }, query: { days } },
  });
  if (query.isPending) return <Skeleton active title={false} paragraph={{ rows: 3 }} />;
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const most = (key: "joined" | "left") => Math.max(...query.data.map((day) => day[key]));
  const unit = height / Math.max(1, most("joined") + most("left"));
  const sum = (key: "joined" | "left") => query.data.reduce((total, day) => total + day[key], 0);
  const title = t("groupChats.days.sum", {
    days,
    joined: formatNumber(sum("joined")),
    left: formatNumber(sum("left")),
  });
  return (
    <figure className={styles.figure}>
      <figcaption>{title}</figcaption>
      <div className={styles.bars}>
        {query.data.map(({ day, joined, left }) => (
          <Tooltip key={day} title={t("groupChats.days.one", { day, joined, left })}>
            <div className={styles.day}>
              <span className={styles.up} style={{ height: Math.max(1, most("joined")) * unit }}>
                <span style={{ height: joined * unit }} />
              </span>
              <span className={styles.down} style={{ height: most("left") * unit }}>
                <span style={{ height: left * unit }} />
              </span>
            </div>
          </Tooltip>
        ))}
      </div>
      <div className={`${styles.axis} tabular`} aria-hidden>
        <span>{query.data[0]?.day.slice(5)}</span>
        <span>{query.data.at(-1)?.day.slice(5)}</span>
      </div>
    </figure>
  );
}
