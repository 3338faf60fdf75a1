import PullToRefresh from "antd-mobile/es/components/pull-to-refresh";
import { lazy, Suspense, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { formatClock, formatLongDay } from "@/shared/format/format";
import { client, type PhoneDesk, type PhonePool, type PhoneTasks, take } from "../api/client";
import { isOver, useResource } from "../api/use-resource";
import { setWorldNow, useWorldNow } from "../api/world-clock";
import { LoopMark } from "../parts/loop-mark";
import { StaleNotice } from "../parts/stale-notice";
import { Waiting } from "../parts/waiting";
import type { Tab } from "../place";
import { DeskPage } from "./desk-page";
import css from "./home-page.module.css";
import { PoolPage } from "./pool-page";
import { ProblemPage } from "./problem-page";

const TasksPage = lazy(() => import("./tasks-page").then(({ TasksPage: Page }) => ({ default: Page })));

const tabs: readonly Tab[] = ["mine", "tasks", "pool"];

async function loadDesk(): Promise<PhoneDesk> {
  const desk = await take(client.GET("/api/h5/leads"));
  setWorldNow(desk.clock);
  return desk;
}

async function loadPool(): Promise<PhonePool> {
  const pool = await take(client.GET("/api/h5/pool"));
  setWorldNow(pool.clock);
  return pool;
}

async function loadTasks(): Promise<PhoneTasks> {
  const tasks = await take(client.GET("/api/h5/tasks"));
  setWorldNow(tasks.clock);
  return tasks;
}

interface Props {
  name: string;
  tab: Tab;
  onTab: (tab: Tab) => void;
  onOpen: (id: string) => void;
  onClaimed: (id: string) => void;
}

/** The lists with how many each holds. The one that is looked at is asked for; the desk tells the others' numbers. */
export function HomePage({ name, tab, onTab, onOpen, onClaimed }: Props) {
  const { t, i18n } = useTranslation();
  const desk = useResource(useCallback(loadDesk, []));
  const pool = useResource(useCallback(() => (tab === "pool" ? loadPool() : Promise.resolve(null)), [tab]));
  const tasks = useResource(
    useCallback(() => (tab === "tasks" ? loadTasks() : Promise.resolve(null)), [tab]),
  );
  const now = new Date(useWorldNow());
  const shown = { mine: desk, pool, tasks }[tab];
  const over = [desk.error, pool.error, tasks.error].find((error) => error !== null && isOver(error));
  if (over) return <ProblemPage code={over.code} again />;
  if (desk.data === null) {
    return desk.error === null ? <Waiting /> : <ProblemPage code={desk.error.code} onRetry={desk.reload} />;
  }
  const mine = Object.values(desk.data.counts).reduce((sum, count) => sum + count, 0);
  const counts = {
    mine,
    pool: (tab === "pool" ? pool.data?.total : undefined) ?? desk.data.pool,
    tasks: (tab === "tasks" ? tasks.data?.tasks.length : undefined) ?? desk.data.tasks,
  };
  const reload = async () => void (await Promise.all([desk.reload(), pool.reload(), tasks.reload()]));
  return (
    <PullToRefresh
      onRefresh={reload}
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
              {formatLongDay(now, i18n.language === "en-US" ? "en-US" : "zh-CN")} {formatClock(now)}
            </p>
          </div>
          <LoopMark size={32} />
        </header>
        <nav className={css.tabs} aria-label={t("h5.tab.label")}>
          {tabs.map((each) => (
            <button
              type="button"
              key={each}
              aria-current={each === tab ? "page" : undefined}
              onClick={() => onTab(each)}
            >
              {t(`h5.tab.${each}`, { n: counts[each] })}
            </button>
          ))}
        </nav>
        <StaleNotice resource={shown} />
        {tab === "pool" && <PoolPage pool={pool} onClaimed={onClaimed} onRefused={reload} />}
        {tab === "tasks" && (
          <Suspense fallback={<Waiting />}>
            <TasksPage tasks={tasks} onEnded={reload} />
          </Suspense>
        )}
        {tab === "mine" && <DeskPage desk={desk.data} onOpen={onOpen} />}
      </main>
    </PullToRefresh>
  );
}
