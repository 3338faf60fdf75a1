import { type FormEvent, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatNumber } from "@/shared/format/format";
import { client, type PhonePersonal, take } from "../api/client";
import { isOver, useResource } from "../api/use-resource";
import { Panel } from "../parts/panel";
import { Waiting } from "../parts/waiting";
import css from "./personal-page.module.css";
import { ProblemPage } from "./problem-page";

interface RowProps {
  account: PhonePersonal;
  onReported(): void;
}

function Row({ account, onReported }: RowProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [state, setState] = useState<"" | "sending" | "sent" | "failed">("");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setState("sending");
    try {
      await take(
        client.PUT("/api/h5/personal-accounts/{personal_id}/friends", {
          params: { path: { personal_id: account.id } },
          body: { friends: Number(typed) },
        }),
      );
      setState("sent");
      setTyped("");
      onReported();
    } catch {
      setState("failed");
    }
  };
  return (
    <form className={css.row} onSubmit={(event) => void send(event)}>
      <label htmlFor={`friends-${account.id}`}>
        <b>{account.name}</b>
        <small>
          {account.day === null
            ? t("h5.personal.never")
            : t("h5.personal.last", { day: account.day, shown: formatNumber(account.friends ?? 0) })}
        </small>
      </label>
      <input
        id={`friends-${account.id}`}
        type="number"
        inputMode="numeric"
        min={0}
        max={1_000_000}
        step={1}
        required
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" disabled={state === "sending" || typed === ""}>
        {t("h5.personal.send")}
      </button>
      <small role="status">{state === "sent" || state === "failed" ? t(`h5.personal.${state}`) : ""}</small>
    </form>
  );
}

/** 报一次好友数: the holder of personal accounts types what the phone shows. */
export function PersonalPage({ onBack }: { onBack(): void }) {
  const { t } = useTranslation();
  const load = useCallback(() => take(client.GET("/api/h5/personal-accounts", {})), []);
  const { data, error, reload } = useResource(load, false);
  if (error !== null)
    return <ProblemPage code={error.code} {...(isOver(error) ? { again: true } : { onRetry: reload })} />;
  if (data === null) return <Waiting />;
  return (
    <main className={css.page}>
      <header className={css.head}>
        <h1>{t("h5.personal.title")}</h1>
        <button type="button" onClick={onBack}>
          {t("h5.week.back")}
        </button>
      </header>
      <Panel title={t("h5.personal.how")}>
        {data.length === 0 && <p>{t("h5.personal.none")}</p>}
        {data.map((account) => (
          <Row key={account.id} account={account} onReported={reload} />
        ))}
      </Panel>
    </main>
  );
}
