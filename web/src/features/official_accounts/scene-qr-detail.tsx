import { EditOutlined, QrcodeOutlined } from "@ant-design/icons";
import { Button, Drawer, Skeleton, Space } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite, useSignedIn } from "@/api/session";
import type { SceneQr } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import plate from "@/shared/components/code-plate.module.css";
import { CopyButton } from "@/shared/components/copy-button";
import { DownloadButton } from "@/shared/components/download-button";
import { ErrorState } from "@/shared/components/error-state";
import { Share } from "@/shared/components/share";
import { formatNumber } from "@/shared/format/format";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import styles from "./official-accounts.module.css";
import { SceneQrLife, SceneQrStatus } from "./scene-qr-status";
import { qrAddress } from "./use-official-accounts";

interface Props {
  id: number;
  onClose(): void;
  onEdit(qr: SceneQr): void;
}

function Plate({ qr }: { qr: SceneQr }) {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  if (!qr.url) {
    return (
      <div className={plate.plate}>
        <QrcodeOutlined className={plate.pending} />
        <p>{t("sources.detail.none")}</p>
      </div>
    );
  }
  return (
    <div className={plate.plate}>
      <img className={plate.qr} src={qrAddress(qr, "png", 400)} alt={qr.name} />
      <Space wrap>
        {(["png", "svg"] as const).map((kind) => (
          <DownloadButton
            key={kind}
            address={qrAddress(qr, kind, kind === "png" ? 1000 : undefined)}
            fileName={`${qr.name}.${kind}`}
            label={t(`sources.detail.${kind}`)}
          />
        ))}
        <CopyButton text={qr.url} label={t("sources.detail.copyLink")} />
      </Space>
      {demo && <p className={plate.hint}>{t("sources.detail.simulatorHint")}</p>}
    </div>
  );
}

function Counts({ qr }: { qr: SceneQr }) {
  const { t } = useTranslation();
  const { followed, followed_today, scanned, reply_sent, reply_failed } = qr.counts;
  const figures = [
    { key: "followed", value: followed },
    { key: "followedToday", value: followed_today },
    { key: "scanned", value: scanned },
  ] as const;
  return (
    <section aria-label={t("sources.detail.counts")}>
      <dl className={styles.figures}>
        {figures.map(({ key, value }) => (
          <div key={key}>
            <dt>{t(`sceneQrs.column.${key}`)}</dt>
            <dd className="tabular">{formatNumber(value)}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.faint}>
        {t("sceneQrs.replied")} <Share part={reply_sent} whole={reply_sent + reply_failed} />
      </p>
      <Link to={`/persons?state_code=${encodeURIComponent(qr.state_code)}`}>
        {t("sources.detail.people")}
      </Link>
    </section>
  );
}

function Facts({ qr }: { qr: SceneQr }) {
  const { t } = useTranslation();
  return (
    <dl className={styles.facts}>
      <dt>{t("sceneQrs.column.status")}</dt>
      <dd>
        <SceneQrStatus qr={qr} />
      </dd>
      <dt>{t("sceneQrs.column.life")}</dt>
      <dd>
        <SceneQrLife qr={qr} />
      </dd>
      <dt>{t("campaigns.one")}</dt>
      <dd>
        <CampaignLink id={qr.campaign_id} />
        {qr.mechanism && ` · ${t(`campaigns.mechanism.${qr.mechanism}`)}`}
      </dd>
      <dt>{t("sceneQrs.reply")}</dt>
      <dd className={styles.reply}>{qr.reply || t("sceneQrs.ofAccount")}</dd>
      <dt>{t("sources.detail.stateCode")}</dt>
      <dd>
        <code>{qr.state_code}</code>
      </dd>
    </dl>
  );
}

export function SceneQrDetail({ id, onClose, onEdit }: Props) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const mayWrite = useMayWrite();
  const query = $api.useQuery("get", "/api/scene-qrs/{qr_id}", { params: { path: { qr_id: id } } });
  const qr = query.data;
  const edit = qr && mayWrite && (
    <Button icon={<EditOutlined />} onClick={() => onEdit(qr)}>
      {t("common.action.edit")}
    </Button>
  );
  return (
    <Drawer
      open
      size={isNarrow ? "100%" : 480}
      title={qr?.name ?? t("sceneQrs.title")}
      onClose={onClose}
      extra={edit}
    >
      {query.isPending && <Skeleton active />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {qr && (
        <>
          <Plate qr={qr} />
          <Counts qr={qr} />
          <Facts qr={qr} />
        </>
      )}
    </Drawer>
  );
}
