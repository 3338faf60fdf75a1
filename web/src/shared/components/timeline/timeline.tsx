import { HistoryOutlined } from "@ant-design/icons";
import { Button, Skeleton, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { TimelineItem } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { daysAgo, formatClock, formatDate, formatLongDay, formatMoment } from "@/shared/format/format";
import { useNow } from "@/shared/hooks/use-now";
import { usePreferences } from "@/shared/hooks/use-preferences";
import { toneOfEvent, useEventWords } from "./event-words";
import styles from "./timeline.module.css";
import { useTimeline } from "./use-timeline";

interface Day {
  date: string;
  items: TimelineItem[];
}

/** That a profile was asked for says nothing beside the profile that came. */
function isNews({ kind, data }: TimelineItem): boolean {
  return !(kind === "CommandSent" && data.command === "FetchProfile");
}

/** Groups a newest-first list by Beijing days. */
export function groupByDay(items: TimelineItem[]): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const date = formatDate(new Date(item.occurred_at));
    const last = days.at(-1);
    if (last?.date === date) last.items.push(item);
    else days.push({ date, items: [item] });
  }
  return days;
}

function DayTitle({ at }: { at: string }) {
  const { t } = useTranslation();
  const { locale } = usePreferences();
  const moment = new Date(at);
  const ago = daysAgo(moment, useNow());
  const near = ago === 0 ? t("common.time.today") : ago === 1 ? t("common.time.yesterday") : null;
  return (
    <h3 className={styles.day}>
      {near && <span>{near}</span>} {formatLongDay(moment, locale)}
    </h3>
  );
}

function EventRow({ item }: { item: TimelineItem }) {
  const { t } = useTranslation();
  const words = useEventWords()(item);
  const moment = new Date(item.occurred_at);
  return (
    <li className={styles.event} data-tone={toneOfEvent(item)}>
      <Tooltip title={`${formatMoment(moment)} ${t("common.time.beijing")}`}>
        <time dateTime={item.occurred_at} className="tabular">
          {formatClock(moment)}
        </time>
      </Tooltip>
      <div className={styles.words}>
        <p className={styles.title}>{words.title}</p>
        {words.quote && <blockquote className={styles.quote}>{words.quote}</blockquote>}
        {words.detail && <p className={styles.detail}>{words.detail}</p>}
        {item.account_name && <p className={styles.account}>{item.account_name}</p>}
      </div>
    </li>
  );
}

/** Everything that happened with a person, newest first. */
export function Timeline({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const query = useTimeline(personId);
  const items = query.data?.pages.flatMap((page) => page.items).filter(isNews) ?? [];
  return (
    <section className={`card ${styles.timeline}`} aria-labelledby="timeline-title">
      <h2 id="timeline-title">{t("persons.timeline.title")}</h2>
      {query.isPending && <Skeleton active />}
      {query.error && items.length === 0 && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data && items.length === 0 && (
        <EmptyState icon={<HistoryOutlined />} title={t("persons.timeline.empty")} />
      )}
      {groupByDay(items).map((day) => (
        <div key={day.date}>
          <DayTitle at={day.items[0]?.occurred_at ?? ""} />
          <ol>
            {day.items.map((item) => (
              <EventRow key={item.id} item={item} />
            ))}
          </ol>
        </div>
      ))}
      {query.hasNextPage && (
        <Button
          block
          type="text"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("common.action.loadMore")}
        </Button>
      )}
    </section>
  );
}
