import { Button, Popconfirm, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { JoinWay } from "@/api/types";
import { FailureText } from "@/shared/components/failure-text";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import styles from "./join-ways.module.css";
import { useRetryWay } from "./use-group-chats";

const tones: Record<JoinWay["status"], Tone> = {
  creating: "busy",
  ready: "good",
  failed: "bad",
  deleting: "busy",
  deleted: "quiet",
};

function RetryButton({ way }: { way: JoinWay }) {
  const { t } = useTranslation();
  const retry = useRetryWay();
  const run = () => retry.mutate({ params: { path: { way_id: way.id } } });
  const isUnsure = way.failure?.code === "platform_uncertain" && way.failure.step === "create";
  const button = (
    <Button type="link" size="small" loading={retry.isPending} onClick={isUnsure ? undefined : run}>
      {t("common.action.retry")}
    </Button>
  );
  if (!isUnsure) return button;
  return (
    <Popconfirm
      title={t("joinWays.retryUnsure.title")}
      description={t("joinWays.retryUnsure.text")}
      okText={t("joinWays.retryUnsure.confirm")}
      onConfirm={run}
      styles={{ root: { maxWidth: 340 } }}
    >
      {button}
    </Popconfirm>
  );
}

/** Where a group code stands with the platform; a failed one says why and can be tried again. */
export function JoinWayStatus({ way }: { way: JoinWay }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const word = <StateDot tone={tones[way.status]}>{t(`joinWays.status.${way.status}`)}</StateDot>;
  if (way.status !== "failed" || !way.failure) return word;
  return (
    <span className={styles.status}>
      <Popover
        content={
          <>
            <FailureText failure={way.failure} />
            {way.failure.step !== "create" && t("joinWays.stillWorks")}
          </>
        }
        styles={{ root: { maxWidth: 340 } }}
        trigger={["hover", "focus"]}
      >
        <button type="button" className={styles.reason}>
          {word}
        </button>
      </Popover>
      {mayWrite && <RetryButton way={way} />}
    </span>
  );
}
