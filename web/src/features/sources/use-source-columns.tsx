import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { useMayWrite } from "@/api/session";
import type { Source } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import type { Column } from "@/shared/components/data-table/types";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { QrThumbnail } from "./qr-thumbnail";
import { SourceStatus } from "./source-status";
import styles from "./sources.module.css";
import { useDeleteSource, useStaffNames } from "./use-sources";

const namesShown = 2;

function WelcomeSummary({ source }: { source: Source }) {
  const { t } = useTranslation();
  const text = source.welcome.text;
  const count = source.welcome.attachments?.length ?? 0;
  if (!text && count === 0) return <span className={styles.faint}>{t("sources.noWelcome")}</span>;
  return (
    <span className={styles.welcome}>
      <span className={styles.welcomeText}>{text || t("sources.onlyAttachments")}</span>
      {count > 0 && <span className={styles.faint}>{t("sources.attachments", { count })}</span>}
    </span>
  );
}

function Users({ source }: { source: Source }) {
  const { t } = useTranslation();
  const nameOf = useStaffNames();
  const names = source.users.map((userid) => nameOf(source.account_id, userid));
  const separator = t("common.listSeparator");
  if (names.length <= namesShown) return names.join(separator);
  const first = names.slice(0, namesShown).join(separator);
  return (
    <Tooltip title={names.join(separator)}>
      <span>{t("sources.usersMore", { names: first, count: names.length - namesShown })}</span>
    </Tooltip>
  );
}

/** Asks before a code that may already be printed stops working. */
export function useConfirmDelete() {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const errorText = useErrorText();
  const remove = useDeleteSource();
  return (source: Source, then?: () => void) =>
    modal.confirm({
      title: t("sources.delete.title", { name: source.name }),
      content: t("sources.delete.text"),
      okText: t("common.action.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.action.cancel"),
      onOk: async () => {
        try {
          await remove.mutateAsync({ params: { path: { source_id: source.id } } });
          message.success(t("sources.delete.done"));
          then?.();
        } catch (error) {
          const { title, fix } = errorText(toApiError(error));
          message.error(`${title} ${fix}`);
        }
      },
    });
}

interface Actions {
  onOpen(source: Source): void;
  onEdit(source: Source): void;
}

function RowActions({ source, onOpen, onEdit }: Actions & { source: Source }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const confirmDelete = useConfirmDelete();
  const locked = source.status === "deleting" || source.status === "deleted";
  return (
    <span className={styles.actions}>
      <Button type="link" size="small" onClick={() => onOpen(source)}>
        {t("common.action.detail")}
      </Button>
      {mayWrite && (
        <>
          <Button type="link" size="small" disabled={locked} onClick={() => onEdit(source)}>
            {t("common.action.edit")}
          </Button>
          <Button type="link" size="small" danger disabled={locked} onClick={() => confirmDelete(source)}>
            {t("common.action.delete")}
          </Button>
        </>
      )}
    </span>
  );
}

export function useSourceColumns(actions: Actions): Column<Source>[] {
  const { t } = useTranslation();
  const title = (key: "added" | "addedToday" | "users" | "welcome" | "status" | "updated") =>
    t(`sources.column.${key}`);
  return [
    {
      key: "qr",
      title: t("sources.column.qr"),
      width: 84,
      render: (source) => <QrThumbnail source={source} onOpen={() => actions.onOpen(source)} />,
    },
    {
      key: "name",
      title: t("sources.column.name"),
      fixed: true,
      render: (source) => (
        <Button type="link" className={styles.name} onClick={() => actions.onOpen(source)}>
          {source.name}
        </Button>
      ),
    },
    {
      key: "campaign",
      title: t("campaigns.one"),
      render: ({ campaign_id }) => <CampaignLink id={campaign_id} />,
    },
    { key: "users", title: title("users"), render: (source) => <Users source={source} /> },
    { key: "welcome", title: title("welcome"), render: (source) => <WelcomeSummary source={source} /> },
    { key: "status", title: title("status"), render: (source) => <SourceStatus source={source} /> },
    {
      key: "addedToday",
      title: title("addedToday"),
      align: "right",
      render: ({ counts }) => formatNumber(counts.added_today),
    },
    {
      key: "added",
      title: title("added"),
      align: "right",
      render: ({ counts }) => formatNumber(counts.added),
    },
    {
      key: "lost",
      title: t("sources.column.lost"),
      align: "right",
      render: ({ counts }) => <Tooltip title={t("sources.lostHint")}>{formatNumber(counts.lost)}</Tooltip>,
    },
    { key: "updated", title: title("updated"), render: ({ updated_at }) => <Moment at={updated_at} /> },
    {
      key: "actions",
      title: t("sources.column.actions"),
      sticky: true,
      render: (source) => <RowActions source={source} {...actions} />,
    },
  ];
}
