import { Alert } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { WeekReport } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import { useShipped } from "@/shared/hooks/use-shipped";
import styles from "./weekly.module.css";

type Change = WeekReport["changes"][number];
type Todo = WeekReport["todos"][number];

function placeOf(todo: Todo): string {
  const places: Record<Todo["key"], string> = {
    accounts: "/settings/accounts",
    late: "/leads?late=true",
    hop: `/paths/${todo.id}`,
    article: `/articles/${todo.id}`,
    full: "/staff",
    pool: "/leads/pool",
    costs: "/campaigns",
  };
  return places[todo.key];
}

function todoText(t: TFunction, todo: Todo, shipped: (text: string) => string): string {
  return t(`weekly.todo.${todo.key}`, {
    count: todo.count,
    shown: formatNumber(todo.count),
    names: todo.names.map(shipped).join(t("common.listSeparator")),
    low: todo.low?.toFixed(1),
    high: todo.high?.toFixed(1),
  });
}

function ChangeLine({ change }: { change: Change }) {
  const { t } = useTranslation();
  return (
    <li className={styles.change} data-way={change.now > change.before ? "up" : "down"}>
      <span>{t(`weekly.change.${change.what}`, { name: change.name ?? change.key })}</span>
      <strong className="tabular">
        {formatNumber(change.before)} → {formatNumber(change.now)}
      </strong>
    </li>
  );
}

/** What differs by more than chance from the week before. */
export function Changes({ changes, running }: { changes: Change[]; running: boolean }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="changes-title">
      <h2 id="changes-title">{t("weekly.changes.title")}</h2>
      {changes.length === 0 ? (
        <p className={styles.faint}>{t(running ? "weekly.changes.running" : "weekly.changes.none")}</p>
      ) : (
        <ul className={styles.lines}>
          {changes.map((change) => (
            <ChangeLine key={`${change.what}:${change.key}`} change={change} />
          ))}
        </ul>
      )}
      <p className={styles.faint}>{t("weekly.changes.hint")}</p>
    </section>
  );
}

/** Three things to do next, and who is told of them. */
export function Todos({ report }: { report: WeekReport }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="week-todos-title">
      <h2 id="week-todos-title">{t("weekly.todos.title")}</h2>
      {report.todos.length === 0 ? (
        <p className={styles.faint}>{t("weekly.todos.none")}</p>
      ) : (
        <ol className={styles.todos}>
          {report.todos.map((todo) => (
            <li key={todo.key}>
              <Link to={placeOf(todo)}>{todoText(t, todo, shipped)}</Link>
            </li>
          ))}
        </ol>
      )}
      {report.receivers.length > 0 ? (
        <p className={styles.faint}>
          {t("weekly.receivers", { names: report.receivers.join(t("common.listSeparator")) })}
        </p>
      ) : (
        <Alert
          type="info"
          showIcon
          title={t("weekly.noReceivers")}
          action={<Link to="/staff">{t("weekly.chooseReceivers")}</Link>}
        />
      )}
    </section>
  );
}
