import Button from "antd-mobile/es/components/button";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ApiError, toApiError } from "@/api/errors";
import { formatShort } from "@/shared/format/format";
import { client, type PhoneTask, type PhoneTasks, take } from "../api/client";
import type { Resource } from "../api/use-resource";
import { useWorldNow } from "../api/world-clock";
import { ListProblem } from "../parts/list-problem";
import { TaskScript } from "../parts/task-script";
import { Toast } from "../parts/toast";
import css from "./tasks-page.module.css";

const answers = ["done", "declined"] as const;
type Answer = (typeof answers)[number];

interface RowProps {
  task: PhoneTask;
  busy: boolean;
  onEnd: (answer: Answer) => void;
}

function TaskRow({ task, busy, onEnd }: RowProps) {
  const { t } = useTranslation();
  const now = new Date(useWorldNow());
  return (
    <li>
      <b>{task.title}</b>
      {task.note && <p>{task.note}</p>}
      {task.script && <TaskScript script={task.script} person={task.person} />}
      <small>
        {t("h5.tasks.about", {
          name: task.person || t("h5.lead.nameless"),
          due: formatShort(new Date(task.due_at), now),
        })}
      </small>
      <div className={css.acts}>
        {answers.map((answer) => (
          <Button
            key={answer}
            color={answer === "done" ? "primary" : "default"}
            disabled={busy}
            onClick={() => onEnd(answer)}
            aria-label={t(`h5.tasks.${answer}Of`, { title: task.title })}
          >
            {t(`h5.tasks.${answer}`)}
          </Button>
        ))}
      </div>
    </li>
  );
}

interface Props {
  tasks: Resource<PhoneTasks | null>;
  onEnded: () => Promise<void>;
}

/** 任务: what journeys ask of the member, the most urgent first. */
export function TasksPage({ tasks, onEnded }: Props) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [failed, setFailed] = useState<ApiError | null>(null);
  const forget = useCallback(() => {
    setSaid("");
    setFailed(null);
  }, []);
  const end = async (task: PhoneTask, outcome: Answer) => {
    setBusy(true);
    try {
      const path = { task_id: task.id as unknown as number };
      await take(client.POST("/api/h5/tasks/{task_id}/end", { params: { path }, body: { outcome } }));
      setSaid(t("h5.tasks.noted"));
    } catch (error) {
      setFailed(toApiError(error));
    }
    await onEnded();
    setBusy(false);
  };
  if (tasks.data === null) {
    return tasks.error === null ? (
      <div className={css.waiting} aria-busy="true" aria-label={t("h5.waiting")} role="status" />
    ) : (
      <ListProblem code={tasks.error.code} onRetry={tasks.reload} />
    );
  }
  return (
    <>
      {tasks.data.tasks.length === 0 ? (
        <div className={css.empty}>
          <b>{t("h5.tasks.empty")}</b>
          <p>{t("h5.tasks.emptyHint")}</p>
        </div>
      ) : (
        <ul className={css.list} aria-label={t("h5.tasks.title")}>
          {tasks.data.tasks.map((task) => (
            <TaskRow key={task.id} task={task} busy={busy} onEnd={(answer) => void end(task, answer)} />
          ))}
        </ul>
      )}
      <Toast said={said} failed={failed} onGone={forget} />
    </>
  );
}
