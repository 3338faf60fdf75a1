import { QrcodeOutlined } from "@ant-design/icons";
import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { useMayWrite } from "@/api/session";
import type { SceneQr } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import type { Column } from "@/shared/components/data-table/types";
import { Share } from "@/shared/components/share";
import { formatNumber } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./official-accounts.module.css";
import { SceneQrLife, SceneQrStatus } from "./scene-qr-status";
import { qrAddress, useDeleteSceneQr } from "./use-official-accounts";

interface Actions {
  onOpen(qr: SceneQr): void;
  onEdit(qr: SceneQr): void;
}

/** Says before a code is put away that the platform keeps it. */
function useConfirmDelete() {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const errorText = useErrorText();
  const remove = useDeleteSceneQr();
  return (qr: SceneQr) =>
    modal.confirm({
      title: t("sceneQrs.delete.title", { name: qr.name }),
      content: t("sceneQrs.delete.text"),
      okText: t("sceneQrs.delete.confirm"),
      okButtonProps: { danger: true },
      cancelText: t("common.action.cancel"),
      onOk: async () => {
        try {
          await remove.mutateAsync({ params: { path: { qr_id: qr.id } } });
        } catch (error) {
          const { title, fix } = errorText(toApiError(error));
          message.error(`${title} ${fix}`);
        }
      },
    });
}

function RowActions({ qr, onOpen, onEdit }: Actions & { qr: SceneQr }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const confirmDelete = useConfirmDelete();
  return (
    <span className={styles.actions}>
      <Button type="link" size="small" onClick={() => onOpen(qr)}>
        {t("common.action.detail")}
      </Button>
      {mayWrite && (
        <>
          <Button type="link" size="small" onClick={() => onEdit(qr)}>
            {t("common.action.edit")}
          </Button>
          <Button type="link" size="small" danger onClick={() => confirmDelete(qr)}>
            {t("sceneQrs.delete.action")}
          </Button>
        </>
      )}
    </span>
  );
}

function Thumbnail({ qr, onOpen }: { qr: SceneQr; onOpen(): void }) {
  const { t } = useTranslation();
  const label = t("sources.detail.open", { name: qr.name });
  return (
    <button type="button" className={styles.thumbnail} aria-label={label} onClick={onOpen}>
      {qr.url ? <img src={qrAddress(qr, "png", 160)} alt="" loading="lazy" /> : <QrcodeOutlined />}
    </button>
  );
}

export function useSceneQrColumns(actions: Actions): Column<SceneQr>[] {
  const { t } = useTranslation();
  const count = (key: "followed" | "scanned"): Column<SceneQr> => ({
    key,
    title: t(`sceneQrs.column.${key}`),
    align: "right",
    render: ({ counts }) => <Tooltip title={t(`sceneQrs.hint.${key}`)}>{formatNumber(counts[key])}</Tooltip>,
  });
  return [
    {
      key: "qr",
      title: t("sources.column.qr"),
      width: 84,
      render: (qr) => <Thumbnail qr={qr} onOpen={() => actions.onOpen(qr)} />,
    },
    {
      key: "name",
      title: t("sceneQrs.column.name"),
      fixed: true,
      render: (qr) => (
        <Button type="link" className={styles.name} onClick={() => actions.onOpen(qr)}>
          {qr.name}
        </Button>
      ),
    },
    { key: "campaign", title: t("campaigns.one"), render: (qr) => <CampaignLink id={qr.campaign_id} /> },
    {
      key: "reply",
      title: t("sceneQrs.reply"),
      render: ({ reply }) => (
        <span className={reply ? styles.clipped : styles.faint}>{reply || t("sceneQrs.ofAccount")}</span>
      ),
    },
    count("followed"),
    count("scanned"),
    {
      key: "replied",
      title: t("sceneQrs.replied"),
      render: ({ counts }) => (
        <Share part={counts.reply_sent} whole={counts.reply_sent + counts.reply_failed} />
      ),
    },
    { key: "status", title: t("sceneQrs.column.status"), render: (qr) => <SceneQrStatus qr={qr} /> },
    { key: "life", title: t("sceneQrs.column.life"), render: (qr) => <SceneQrLife qr={qr} /> },
    {
      key: "actions",
      title: t("sources.column.actions"),
      sticky: true,
      render: (qr) => <RowActions qr={qr} {...actions} />,
    },
  ];
}
