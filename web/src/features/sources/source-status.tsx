import { App, Button, Popconfirm, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { Source } from "@/api/types";
import { FailureText } from "@/shared/components/failure-text";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import styles from "./sources.module.css";
import { useRetrySource } from "./use-sources";

const tones: Record<Source["status"], Tone> = {
  creating: "busy",
  ready: "good",
  failed: "bad",
  deleting: "busy",
  deleted: "quiet",
};

export function RetryButton({ source }: { source: Source }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const retry = useRetrySource();
  const run = () =>
    retry.mutate(
      { params: { path: { source_id: source.id } } },
      { onSuccess: () => message.success(t("sources.retried")) },
    );
  const isUnsure = source.failure?.code === "platform_uncertain" && source.failure.step === "create";
  const button = (
    <Button type="link" size="small" loading={retry.isPending} onClick={isUnsure ? undefined : run}>
      {t("common.action.retry")}
    </Button>
  );
  if (!isUnsure) return button;
  return (
    <Popconfirm
      title={t("sources.retryUnsure.title")}
      description={t("sources.retryUnsure.text")}
      okText={t("sources.retryUnsure.confirm")}
      onConfirm={run}
      styles={{ root: { maxWidth: 340 } }}
    >
      {button}
    </Popconfirm>
  );
}

/** Where a code stands with the platform; a failed one says why and can be tried again. */
export function SourceStatus({ source }: { source: Source }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const step = source.status === "failed" ? source.failure?.step : undefined;
  const name = step ? t(`sources.failedStep.${step}`) : t(`sources.status.${source.status}`);
  const word = <StateDot tone={tones[source.status]}>{name}</StateDot>;
  if (source.status !== "failed") return word;
  return (
    <span className={styles.status}>
      {source.failure ? (
        <Popover
          content={
            <>
              <FailureText failure={source.failure} />
              {step !== "create" && t("sources.stillWorks")}
            </>
          }
          styles={{ root: { maxWidth: 340 } }}
          trigger={["hover", "focus"]}
        >
          <button type="button" className={styles.reason} aria-label={`${name}: ${t("sources.reason")}`}>
            {word}
          </button>
        </Popover>
      ) : (
        word
      )}
      {mayWrite && <RetryButton source={source} />}
    </span>
  );
}
