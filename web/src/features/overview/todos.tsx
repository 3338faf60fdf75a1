import { CheckCircleOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { Overview } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./overview.module.css";

type Counted = Overview["todos"][number];
type Todo = Omit<Counted, "key"> & { key: Counted["key"] | "approve" };

const places: Record<Todo["key"], string> = {
  approve: "/broadcasts?state=pending",
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

/** Broadcasts that wait for a second person, for whoever may be that one. */
function useToApprove(): Todo[] {
  const query = { state: "pending" as const, size: 1 };
  const enabled = useMayWrite();
  const { data } = $api.useQuery("get", "/api/broadcasts", { params: { query } }, { enabled });
  return data?.total ? [{ key: "approve", count: data.total, names: [] }] : [];
}

/** What to do today, most urgent first; six at most. */
export function Todos({ todos: counted }: { todos: Counted[] }) {
  const { t } = useTranslation();
  const todos = [...useToApprove(), ...counted];
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
