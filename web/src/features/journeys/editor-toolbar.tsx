import { RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { Button, Space, Tooltip } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { JourneyDetail, JourneyFault } from "@/api/types";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./editor.module.css";
import { PublishDrawer } from "./publish-drawer";
import type { DraftState, Saving } from "./use-draft";

const tones: Record<Saving, Tone> = { saved: "good", waiting: "busy", failed: "bad", conflict: "bad" };

interface Props {
  journey: JourneyDetail;
  state: DraftState;
  faults: JourneyFault[];
  children: ReactNode;
}

function Publish({ journey, state, faults }: Omit<Props, "children">) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [revision, setRevision] = useState<number | null>(null);
  const open = async () => {
    setBusy(true);
    setRevision(await state.settle());
    setBusy(false);
  };
  return (
    <>
      <Button type="primary" loading={busy} disabled={faults.length > 0} onClick={() => void open()}>
        {t("journeys.publish.do")}
      </Button>
      {revision !== null && (
        <PublishDrawer
          journey={journey}
          draft={state.draft}
          revision={revision}
          onClose={() => setRevision(null)}
        />
      )}
    </>
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
