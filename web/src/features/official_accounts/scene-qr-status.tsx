import { Button, Popover, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { SceneQr } from "@/api/types";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import styles from "./official-accounts.module.css";
import { useRenewSceneQr } from "./use-official-accounts";

const tones: Record<SceneQr["status"], Tone> = {
  creating: "busy",
  ready: "good",
  failed: "bad",
  deleted: "quiet",
};

function RenewButton({ qr }: { qr: SceneQr }) {
  const { t } = useTranslation();
  const renew = useRenewSceneQr();
  return (
    <Tooltip title={t("sceneQrs.renewHint")}>
      <Button
        type="link"
        size="small"
        loading={renew.isPending}
        onClick={() => renew.mutate({ params: { path: { qr_id: qr.id } } })}
      >
        {t(qr.status === "failed" ? "common.action.retry" : "sceneQrs.renew")}
      </Button>
    </Tooltip>
  );
}

/** Where a code stands: made, failed and why, or at its end. */
export function SceneQrStatus({ qr }: { qr: SceneQr }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const dot = qr.expired ? (
    <StateDot tone="warn">{t("sceneQrs.status.expired")}</StateDot>
  ) : (
    <StateDot tone={tones[qr.status]}>{t(`sceneQrs.status.${qr.status}`)}</StateDot>
  );
  if (qr.status === "failed" && qr.failure) {
    return (
      <span className={styles.status}>
        <Popover
          content={<FailureText failure={qr.failure} />}
          styles={{ root: { maxWidth: 340 } }}
          trigger={["hover", "focus"]}
        >
          <button type="button" className={styles.reason}>
            {dot}
          </button>
        </Popover>
        {mayWrite && <RenewButton qr={qr} />}
      </span>
    );
  }
  return (
    <span className={styles.status}>
      {dot}
      {qr.expired && mayWrite && <RenewButton qr={qr} />}
    </span>
  );
}

/** Until when the picture works. */
export function SceneQrLife({ qr }: { qr: SceneQr }) {
  const { t } = useTranslation();
  if (qr.permanent) return t("sceneQrs.permanent");
  if (qr.expires_at === null) return t("sceneQrs.days", { count: qr.days });
  return <Moment at={qr.expires_at} />;
}
