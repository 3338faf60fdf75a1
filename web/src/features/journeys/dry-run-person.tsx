import { useTranslation } from "react-i18next";
import type { DryPassage, DryPerson, DrySend } from "@/api/types";
import { durationText } from "@/shared/format/duration";
import { formatMoment } from "@/shared/format/format";
import { useErrorWord } from "@/shared/hooks/use-error-word";
import styles from "./dry-run.module.css";
import { DryRunVerdict } from "./dry-run-verdict";
import { useOutcomeWord, useResultWord } from "./run-words";

/** The name of a step by its id. */
export type NameOf = (node: string) => string;

/** How a run ended, or where it stands. */
export function useEnd(nameOf: NameOf): (passage: DryPassage) => string {
  const { t } = useTranslation();
  const outcomeWord = useOutcomeWord();
  const errorWord = useErrorWord();
  return ({ outcome, node: id, due, error }) => {
    if (outcome !== null) return outcomeWord(outcome);
    const node = id === null ? "" : nameOf(id);
    if (error !== null) return t("dryRun.result.error", { node, error: errorWord(error) });
    return t("dryRun.result.open", { node, at: due === null ? "" : formatMoment(new Date(due)) });
  };
}

const told = ({ body }: DrySend) => (typeof body.text === "string" ? body.text : "");

interface Told {
  key: string;
  at: string;
  send: DrySend;
}

function Phone({ name, messages }: { name: string; messages: Told[] }) {
  const { t } = useTranslation();
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.faint}>{t("dryRun.result.messages")}</figcaption>
      <div className={styles.phone}>
        <div className={styles.top}>{name}</div>
        <div className={styles.chat}>
          {messages.length === 0 && <p className={styles.note}>{t("dryRun.result.noMessages")}</p>}
          {messages.map(({ key, at, send }) => (
            <div key={key}>
              <p className={styles.note}>{formatMoment(new Date(at))}</p>
              {told(send) && <div className={styles.bubble}>{told(send)}</div>}
              {attachments(send).map((title) => (
                <div key={title} className={styles.bubble}>
                  {title}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </figure>
  );
}

/** What hangs on a message, by its title or its type. */
function attachments({ body }: DrySend): string[] {
  const found = Array.isArray(body.attachments) ? body.attachments : [];
  return found.map((each: Record<string, unknown>) => String(each.title ?? each.name ?? each.type));
}

const isSeen = ({ body }: DrySend) => "text" in body || "attachments" in body;

function Passage({ passage, nameOf }: { passage: DryPassage; nameOf: NameOf }) {
  const { t } = useTranslation();
  const resultWord = useResultWord();
  const end = useEnd(nameOf);
  const last = passage.ended_at ?? passage.due;
  return (
    <ol className={styles.line}>
      <Point at={passage.entered_at}>{t("dryRun.result.entered")}</Point>
      {passage.steps.map((step) => (
        <Point key={`${step.at} ${step.node} ${step.result}`} at={step.at}>
          <strong>{nameOf(step.node)}</strong> {resultWord(step.result)}
          {step.seconds > 0 && <span className={styles.faint}> +{durationText(t, step.seconds)}</span>}
          {typeof step.asked?.title === "string" && (
            <div className={styles.sent}>{t("dryRun.result.asked", { title: step.asked.title })}</div>
          )}
          {typeof step.asked?.text === "string" && (
            <div className={styles.sent}>{t("dryRun.result.told", { text: step.asked.text })}</div>
          )}
          {step.sends.map((send) => (
            <div key={send.command} className={styles.sent}>
              {isSeen(send) ? told(send) || attachments(send).join(", ") : t("dryRun.result.system")}
              {send.verdict && <DryRunVerdict verdict={send.verdict} />}
            </div>
          ))}
        </Point>
      ))}
      <Point at={last} state={passage.state}>
        {end(passage)}
      </Point>
    </ol>
  );
}

interface PointProps {
  at: string | null;
  state?: DryPassage["state"];
  children: React.ReactNode;
}

function Point({ at, state, children }: PointProps) {
  return (
    <li className={styles.point} data-state={state}>
      {at === null ? <span /> : <time dateTime={at}>{formatMoment(new Date(at))}</time>}
      <div>{children}</div>
    </li>
  );
}

/** One person's runs as lines of time, and what arrives on their phone. */
export function DryRunPerson({ person, nameOf }: { person: DryPerson; nameOf: NameOf }) {
  const { t } = useTranslation();
  const messages = person.passages.flatMap(({ entered_at, steps }) =>
    steps.flatMap(({ at, node, sends }) =>
      sends
        .filter((send) => isSeen(send) && send.verdict?.leaves_at !== null)
        .map((send) => ({
          key: `${entered_at} ${at} ${node}`,
          at: send.verdict?.leaves_at ?? at,
          send,
        })),
    ),
  );
  messages.sort((a, b) => a.at.localeCompare(b.at));
  return (
    <div className={styles.person}>
      <div className={styles.lines}>
        {person.passages.map((passage) => (
          <Passage key={passage.entered_at} passage={passage} nameOf={nameOf} />
        ))}
        {person.refused.map(({ at, reason }) => (
          <p key={at} className={styles.faint}>
            {t("dryRun.result.refused", {
              at: formatMoment(new Date(at)),
              why: t(`dryRun.why.${reason as "known"}`),
            })}
          </p>
        ))}
      </div>
      <Phone name={person.name ?? t("common.unknownName")} messages={messages} />
    </div>
  );
}
