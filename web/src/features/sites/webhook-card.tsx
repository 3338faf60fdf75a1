import {
  DeleteOutlined,
  EditOutlined,
  KeyOutlined,
  NotificationOutlined,
  SendOutlined,
} from "@ant-design/icons";
import { Alert, App, Button, Switch, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { NewWebhook, Webhook } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { StateDot } from "@/shared/components/state-dot";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import styles from "./sites.module.css";
import { useConfirm } from "./use-confirm";
import {
  useDeleteWebhook,
  useMayManage,
  useRotateSecret,
  useTryWebhook,
  useUpdateWebhook,
} from "./use-sites";
import { choiceLabel, toChoices } from "./wanted";

interface Props {
  webhook: Webhook;
  onEdit(): void;
  onRotated(made: NewWebhook): void;
}

function useReason(failure: string | null): string {
  const { t } = useTranslation();
  if (failure?.startsWith("http_")) return t("sites.hook.failure.http", { status: failure.slice(5) });
  return t(failure === "private" ? "sites.hook.failure.private" : "sites.hook.failure.no_answer");
}

function State({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { enabled, failing_since, delivered_at } = webhook;
  const tone = !enabled ? "quiet" : failing_since ? "bad" : delivered_at ? "good" : "warn";
  const key = !enabled ? "off" : failing_since ? "failing" : delivered_at ? "works" : "unused";
  return (
    <span className={styles.state}>
      <StateDot tone={tone}>{t(`sites.hook.state.${key}`)}</StateDot>
      {delivered_at && (
        <span className={styles.faint}>
          {t("sites.hook.delivered")} <Moment at={delivered_at} relative />
        </span>
      )}
    </span>
  );
}

function useActs({ webhook, onRotated }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const onError = useErrorToast();
  const confirm = useConfirm();
  const params = { path: { webhook_id: webhook.id } };
  const tryIt = useTryWebhook();
  const update = useUpdateWebhook();
  const rotate = useRotateSecret();
  const remove = useDeleteWebhook();
  return {
    trying: tryIt.isPending,
    tryIt: () =>
      tryIt.mutate({ params }, { onError, onSuccess: () => void message.success(t("sites.hook.tried")) }),
    flip: (enabled: boolean) => update.mutate({ params, body: { enabled } }, { onError }),
    rotate: () =>
      confirm({
        title: t("sites.hook.rotateTitle"),
        text: t("sites.hook.rotateText"),
        ok: t("sites.hook.rotate"),
        act: async () => onRotated(await rotate.mutateAsync({ params })),
      }),
    remove: () =>
      confirm({
        title: t("sites.hook.deleteTitle", { name: webhook.name }),
        text: t("sites.hook.deleteText"),
        ok: t("common.action.delete"),
        act: () => remove.mutateAsync({ params }),
      }),
  };
}

function Actions(props: Props) {
  const { t } = useTranslation();
  const acts = useActs(props);
  const { enabled } = props.webhook;
  return (
    <div className={styles.actions}>
      <Button icon={<SendOutlined />} disabled={!enabled} loading={acts.trying} onClick={acts.tryIt}>
        {t("sites.hook.try")}
      </Button>
      <Button icon={<KeyOutlined />} onClick={acts.rotate}>
        {t("sites.hook.rotate")}
      </Button>
      <span className={styles.space} />
      <Switch checked={enabled} onChange={acts.flip} aria-label={t("sites.hook.switch")} />
      <Button
        type="text"
        icon={<EditOutlined />}
        aria-label={t("common.action.edit")}
        onClick={props.onEdit}
      />
      <Button
        type="text"
        danger
        icon={<DeleteOutlined />}
        aria-label={t("common.action.delete")}
        onClick={acts.remove}
      />
    </div>
  );
}

/** One webhook: where it leads, what it hears of, and whether that arrives. */
export function WebhookCard(props: Props) {
  const { t } = useTranslation();
  const { webhook } = props;
  const reason = useReason(webhook.failure);
  return (
    <section className={`card ${styles.card}`} aria-labelledby={`webhook-${webhook.id}`}>
      <div className={styles.head}>
        <span className={styles.icon} data-kind="webhook">
          <NotificationOutlined />
        </span>
        <div className={styles.title}>
          <h2 id={`webhook-${webhook.id}`}>{webhook.name}</h2>
          <span className={styles.faint}>{webhook.site_name}</span>
        </div>
        <State webhook={webhook} />
      </div>
      {webhook.failing_since && (
        <Alert type="error" showIcon className={styles.alert} title={t("sites.hook.failing", { reason })} />
      )}
      <dl className={styles.facts}>
        <dt>{t("sites.hook.url")}</dt>
        <dd>
          <code>{webhook.url}</code>
        </dd>
        <dt>{t("sites.hook.wanted")}</dt>
        <dd className={styles.tags}>
          {toChoices(webhook.wanted).map((choice) => (
            <Tag key={choice}>{choiceLabel(t, choice)}</Tag>
          ))}
        </dd>
        <dt>{t("sites.hook.person")}</dt>
        <dd>{t(webhook.with_person ? "sites.hook.withPerson" : "sites.hook.withoutPerson")}</dd>
      </dl>
      {useMayManage() && <Actions {...props} />}
    </section>
  );
}
