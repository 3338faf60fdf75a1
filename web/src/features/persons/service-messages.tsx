import { SendOutlined } from "@ant-design/icons";
import { App, Button, Input, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { useMayWrite } from "@/api/session";
import type { MessageWindow } from "@/api/types";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import { byteLength, formatNumber } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import limits from "@/shared/limits/platform-limits.json";
import styles from "./person-page.module.css";
import { useMessageWindows, useWriteMessage } from "./use-persons";

const max = limits.serviceTextBytes.value;
const tones: Record<NonNullable<MessageWindow["last"]>["state"], Tone> = {
  sending: "busy",
  sent: "good",
  failed: "bad",
};

function newDraft(): string {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.round(Math.random() * 1e9)}`;
}

/** Until when and how many messages may be sent, or what would have to happen first. */
function Room({ window }: { window: MessageWindow }) {
  const { t } = useTranslation();
  if (!window.follows) return <StateDot tone="quiet">{t("persons.message.gone")}</StateDot>;
  if (window.open_until === null) return <StateDot tone="quiet">{t("persons.message.closed")}</StateDot>;
  const left = t("persons.message.left", { left: window.left, most: window.most });
  return (
    <StateDot tone={window.left > 0 ? "good" : "warn"}>
      {t("persons.message.until")} <Moment at={window.open_until} /> · {left}
    </StateDot>
  );
}

function Last({ last }: { last: NonNullable<MessageWindow["last"]> }) {
  const { t } = useTranslation();
  return (
    <div className={styles.faint}>
      <StateDot tone={tones[last.state]}>{t(`persons.message.state.${last.state}`)}</StateDot>{" "}
      <Moment at={last.at} />
      {last.failure && <FailureText failure={last.failure} />}
    </div>
  );
}

function Writing({ personId, window }: { personId: string; window: MessageWindow }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const [text, setText] = useState("");
  const [draft, setDraft] = useState(newDraft);
  const write = useWriteMessage();
  const used = byteLength(text.trim());
  const send = async () => {
    try {
      const params = { path: { person_id: personId } };
      await write.mutateAsync({ params, body: { account_id: window.account_id, text, draft } });
      setText("");
      setDraft(newDraft());
    } catch (error) {
      const { title, fix } = errorText(toApiError(error));
      message.error(`${title} ${fix}`);
    }
  };
  return (
    <Space orientation="vertical" className={styles.writing}>
      <Input.TextArea
        value={text}
        onChange={({ target }) => setText(target.value)}
        autoSize={{ minRows: 2, maxRows: 8 }}
        aria-label={t("persons.message.label", { account: window.account_name })}
        placeholder={t("persons.message.placeholder")}
      />
      <span className={styles.sending}>
        <span className={`${styles.faint} tabular`}>
          {t("sources.form.bytes", { used: formatNumber(used), max: formatNumber(max) })}
        </span>
        <Button
          type="primary"
          size="small"
          icon={<SendOutlined />}
          loading={write.isPending}
          disabled={used === 0 || used > max}
          onClick={() => void send()}
        >
          {t("persons.message.send")}
        </Button>
      </span>
    </Space>
  );
}

/** Writing to a follower of our official accounts while the platform allows it. */
export function ServiceMessages({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const { data } = useMessageWindows(personId);
  if (data === undefined || data.length === 0) return null;
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="messages-title">
      <h2 id="messages-title">{t("persons.message.title")}</h2>
      <ul>
        {data.map((window) => {
          const open = window.follows && window.open_until !== null && window.left > 0;
          return (
            <li key={window.account_id} className={styles.identity}>
              <strong>{window.account_name}</strong>
              <Room window={window} />
              {!open && window.follows && <p className={styles.faint}>{t("persons.message.hint")}</p>}
              {open && mayWrite && <Writing personId={personId} window={window} />}
              {window.last && <Last last={window.last} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
