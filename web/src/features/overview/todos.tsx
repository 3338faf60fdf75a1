import { CheckCircleOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Overview } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./overview.module.css";

type Todo = Overview["todos"][number];

const places: Record<Todo["key"], string> = {
  accounts: "/settings/accounts",
  late: "/leads?late=true",
  full: "/staff",
  pool: "/leads/pool",
  dead_letters: "/settings/dead-letters",
};

function Row({ todo }: { todo: Todo }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link to={places[todo.key]} className={styles.todo} data-key={todo.key}>
        <strong className="tabular">{formatNumber(todo.count)}</strong>
        <span>
          {t(`overview.todos.${todo.key}`, { count: todo.count })}
          {todo.names.length > 0 && (
            <span className={styles.faint}> {todo.names.join(t("common.listSeparator"))}</span>
          )}
        </span>
      </Link>
    </li>
  );
}

/** What to do today, most urgent first; five at most. */
export function Todos({ todos }: { todos: Todo[] }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="todos-title">
      <div className={styles.panelHead}>
        <h2 id="todos-title">{t("overview.todos.title")}</h2>
      </div>
      {todos.length === 0 ? (
        <p className={styles.calm}>
          <CheckCircleOutlined /> {t("overview.todos.none")}
        </p>
      ) : (
        <ul>
          {todos.map((todo) => (
            <Row key={todo.key} todo={todo} />
          ))}
        </ul>
      )}
    </section>
  );
}
