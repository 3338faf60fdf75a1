import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { formatNumber } from "@/shared/format/format";
import { client, take, type WeekReport } from "../api/client";
import { isOver, useResource } from "../api/use-resource";
import { Panel } from "../parts/panel";
import { Waiting } from "../parts/waiting";
import { ProblemPage } from "./problem-page";
import css from "./week-page.module.css";

type Row = WeekReport["staff"][number];

function Figures({ report }: { report: WeekReport }) {
  const { t } = useTranslation();
  const yuan = (value: number | null) => (value === null ? "—" : `¥${formatNumber(Math.round(value))}`);
  const { now, before } = report;
  const shown = [
    ...(["leads", "qualified", "sql"] as const).map(
      (key) => [key, formatNumber(now[key]), formatNumber(before[key])] as const,
    ),
    ["cost", yuan(now.cost_per_sql), yuan(before.cost_per_sql)] as const,
  ];
  return (
    <section className={css.figures} aria-label={t("h5.week.figures")}>
      {shown.map(([key, value, earlier]) => (
        <div key={key} className={css.figure}>
          <span>{t(`h5.week.${key}`)}</span>
          <b>{value}</b>
          <small>{t("h5.week.before", { value: earlier })}</small>
        </div>
      ))}
    </section>
  );
}

function todoText(t: TFunction, todo: WeekReport["todos"][number]): string {
  return t(`h5.week.todo.${todo.key}`, {
    count: todo.count,
    names: todo.names.join("、"),
    low: todo.low?.toFixed(1),
    high: todo.high?.toFixed(1),
  });
}

function nameOf(t: TFunction, row: Row, nobody: "pool" | "unknown"): string {
  if (row.key === "") return t(`h5.week.${nobody}`);
  return row.name ?? (row.key === "0" ? t("h5.week.everyday") : row.key);
}

function Rows({ title, rows, nobody }: { title: string; rows: Row[]; nobody: "pool" | "unknown" }) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <Panel title={title}>
      <p className={css.faint}>{t("h5.week.head")}</p>
      <ul>
        {rows.map((row) => (
          <li key={row.key} className={css.line}>
            <span>{nameOf(t, row, nobody)}</span>
            <b>
              {row.now.leads} / {row.now.qualified} / {row.now.sql}
            </b>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The week for a team lead: figures, clear changes, what to do next, and who and what brought it. */
export function WeekPage({ monday, onBack }: { monday: string; onBack(): void }) {
  const { t } = useTranslation();
  const load = useCallback(
    () => take(client.GET("/api/h5/weekly/{monday}", { params: { path: { monday } } })),
    [monday],
  );
  const { data: report, error, reload } = useResource(load, false);
  if (error !== null)
    return <ProblemPage code={error.code} {...(isOver(error) ? { again: true } : { onRetry: reload })} />;
  if (report === null) return <Waiting />;
  return (
    <main className={css.page}>
      <header className={css.head}>
        <h1>{t("h5.week.title", { first: report.first.slice(5), last: report.last.slice(5) })}</h1>
        <button type="button" onClick={onBack}>
          {t("h5.week.back")}
        </button>
      </header>
      <Figures report={report} />
      {report.todos.length > 0 && (
        <Panel title={t("h5.week.todos")}>
          <ol className={css.todos}>
            {report.todos.map((todo) => (
              <li key={todo.key}>{todoText(t, todo)}</li>
            ))}
          </ol>
        </Panel>
      )}
      <Panel title={t("h5.week.changes")}>
        {report.changes.length === 0 && <p className={css.faint}>{t("h5.week.noChanges")}</p>}
        <ul>
          {report.changes.map((change) => (
            <li key={`${change.what}:${change.key}`} className={css.line}>
              <span>{t(`h5.week.change.${change.what}`, { name: change.name ?? change.key })}</span>
              <b>
                {formatNumber(change.before)} → {formatNumber(change.now)}
              </b>
            </li>
          ))}
        </ul>
      </Panel>
      <Rows title={t("h5.week.staff")} rows={report.staff} nobody="pool" />
      <Rows title={t("h5.week.campaigns")} rows={report.campaigns} nobody="unknown" />
    </main>
  );
}
