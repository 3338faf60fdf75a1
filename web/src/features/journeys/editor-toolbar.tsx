import { RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { App, Button, Space, Tooltip } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { JourneyDetail, JourneyFault } from "@/api/types";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./editor.module.css";
import type { DraftState, Saving } from "./use-draft";
import { usePublish } from "./use-journeys";

const tones: Record<Saving, Tone> = { saved: "good", waiting: "busy", failed: "bad", conflict: "bad" };

interface Props {
  journey: JourneyDetail;
  state: DraftState;
  faults: JourneyFault[];
  children: ReactNode;
}

function Publish({ journey, state, faults }: Omit<Props, "children">) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const errorText = useErrorText();
  const publish = usePublish();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      const revision = await state.settle();
      if (revision === null) return;
      const made = await publish.mutateAsync({
        params: { path: { journey_id: journey.id } },
        body: { revision },
      });
      message.success(t("journeys.published", { number: made.number ?? 1 }));
    } catch (reason) {
      message.error(errorText(reason).title);
    } finally {
      setBusy(false);
    }
  };
  const ask = () =>
    modal.confirm({
      title: t("journeys.publish.title"),
      content: t("journeys.publish.text"),
      okText: t("journeys.publish.do"),
      cancelText: t("common.action.cancel"),
      onOk: go,
    });
  return (
    <Button type="primary" loading={busy} disabled={faults.length > 0} onClick={() => void ask()}>
      {t("journeys.publish.do")}
    </Button>
  );
}

/** Undo, redo, how the draft is saved, and publishing it. */
export function EditorToolbar({ journey, state, faults, children }: Props) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const errorText = useErrorText();
  if (!mayWrite) return <div className={styles.toolbar}>{children}</div>;
  const { saving } = state;
  return (
    <div className={styles.toolbar}>
      {children}
      <Space.Compact>
        <Tooltip title={t("journeys.undo")}>
          <Button
            icon={<UndoOutlined />}
            aria-label={t("journeys.undo")}
            disabled={!state.undo}
            onClick={state.undo}
          />
        </Tooltip>
        <Tooltip title={t("journeys.redo")}>
          <Button
            icon={<RedoOutlined />}
            aria-label={t("journeys.redo")}
            disabled={!state.redo}
            onClick={state.redo}
          />
        </Tooltip>
      </Space.Compact>
      <span role="status">
        <StateDot tone={tones[saving]}>{t(`journeys.saving.${saving}`)}</StateDot>
      </span>
      {saving === "failed" && (
        <>
          <span className={styles.quiet}>{errorText(state.error).title}</span>
          <Button size="small" onClick={state.retry}>
            {t("common.action.retry")}
          </Button>
        </>
      )}
      <span className={styles.grow} />
      <Publish journey={journey} state={state} faults={faults} />
    </div>
  );
}
