import PullToRefresh from "antd-mobile/es/components/pull-to-refresh";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatClock, formatLongDay } from "@/shared/format/format";
import { client, type PhoneDesk, take } from "../api/client";
import { isOver, useResource } from "../api/use-resource";
import { setWorldNow, useWorldNow } from "../api/world-clock";
import { LeadRow } from "../parts/lead-row";
import { LoopMark } from "../parts/loop-mark";
import { StaleNotice } from "../parts/stale-notice";
import { Waiting } from "../parts/waiting";
import css from "./desk-page.module.css";
import { ProblemPage } from "./problem-page";

const buckets = ["new", "overdue", "today", "later"] as const;
type Bucket = (typeof buckets)[number];

async function loadDesk(): Promise<PhoneDesk> {
  const desk = await take(client.GET("/api/h5/leads"));
  setWorldNow(desk.clock);
  return desk;
}

interface Props {
  name: string;
  onOpen: (id: string) => void;
}

/** The member's own leads: what is new, what is late, what is due today. */
export function DeskPage({ name, onOpen }: Props) {
  const { t, i18n } = useTranslation();
  const load = useCallback(loadDesk, []);
  const desk = useResource(load);
  const [only, setOnly] = useState<Bucket | null>(null);
  const now = new Date(useWorldNow());
  if (desk.error !== null && isOver(desk.error)) return <ProblemPage code={desk.error.code} again />;
  if (desk.data === null) {
    return desk.error === null ? <Waiting /> : <ProblemPage code={desk.error.code} onRetry={desk.reload} />;
  }
  const { counts, leads } = desk.data;
  const shown = buckets.filter((bucket) => counts[bucket] > 0 && (only === null || only === bucket));
  const locale = i18n.language === "en-US" ? "en-US" : "zh-CN";
  return (
    <PullToRefresh
      onRefresh={desk.reload}
      pullingText={t("h5.pull.pulling")}
      canReleaseText={t("h5.pull.release")}
      refreshingText={t("h5.pull.loading")}
      completeText={t("h5.pull.done")}
    >
      <main className={css.page}>
        <header className={css.head}>
          <div>
            <h1>{t("h5.desk.title", { name })}</h1>
            <p>
              {formatLongDay(now, locale)} {formatClock(now)}
            </p>
          </div>
          <LoopMark size={32} />
        </header>
        <StaleNotice resource={desk} />
        <nav className={css.figures} aria-label={t("h5.desk.figures")}>
          {buckets.slice(0, 3).map((bucket) => (
            <button
              type="button"
              key={bucket}
              aria-pressed={only === bucket}
              className={`${css.figure} ${counts[bucket] > 0 ? css[bucket] : ""}`}
              onClick={() => setOnly(only === bucket ? null : bucket)}
            >
              <b>{counts[bucket]}</b>
              <span>{t(`h5.bucket.${bucket}`)}</span>
            </button>
          ))}
        </nav>
        {leads.length === 0 || shown.length === 0 ? (
          <div className={css.empty}>
            <b>{t(only === null ? "h5.desk.empty" : "h5.desk.emptyBucket")}</b>
            <p>{t("h5.desk.emptyHint")}</p>
          </div>
        ) : (
          shown.map((bucket) => (
            <section key={bucket} className={css.group} aria-label={t(`h5.bucket.${bucket}`)}>
              <h2>
                {t(`h5.bucket.${bucket}`)} <span>{counts[bucket]}</span>
              </h2>
              <ul>
                {leads
                  .filter((lead) => lead.bucket === bucket)
                  .map((lead) => (
                    <LeadRow key={lead.id} lead={lead} onOpen={onOpen} />
                  ))}
              </ul>
            </section>
          ))
        )}
      </main>
    </PullToRefresh>
  );
}
