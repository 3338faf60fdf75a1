import { EditOutlined, QrcodeOutlined } from "@ant-design/icons";
import { Alert, Button, Drawer, Skeleton, Space, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { fileAddress } from "@/api/files";
import { useMayWrite, useSignedIn } from "@/api/session";
import type { JoinWay } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import plate from "@/shared/components/code-plate.module.css";
import { CopyButton } from "@/shared/components/copy-button";
import { DownloadButton } from "@/shared/components/download-button";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { FillBar } from "./fill-bar";
import styles from "./join-way-detail.module.css";
import { JoinWayStatus } from "./join-way-status";

interface Props {
  id: number;
  onClose(): void;
  onEdit(way: JoinWay): void;
}

function Plate({ way }: { way: JoinWay }) {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  if (!way.file_id) {
    return (
      <div className={plate.plate}>
        <QrcodeOutlined className={plate.pending} />
        <p>{t("joinWays.detail.pending")}</p>
      </div>
    );
  }
  return (
    <div className={plate.plate}>
      <img className={plate.qr} src={fileAddress(way.file_id)} alt={way.name} />
      <Space wrap>
        <DownloadButton
          address={fileAddress(way.file_id)}
          fileName={`${way.name}.png`}
          label={t("joinWays.detail.download")}
        />
        {way.qr_code && <CopyButton text={way.qr_code} label={t("joinWays.detail.copyLink")} />}
      </Space>
      {demo && <p className={plate.hint}>{t("joinWays.detail.simulatorHint")}</p>}
    </div>
  );
}

function Chats({ way }: { way: JoinWay }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2 className={styles.heading}>{t("joinWays.column.chats")}</h2>
      {way.room !== "open" && (
        <Alert
          type={way.room === "full" ? "error" : "warning"}
          showIcon
          className={styles.notice}
          title={t(`joinWays.roomHint.${way.room}`)}
        />
      )}
      <ul className={styles.chats}>
        {way.chats.map((chat) => (
          <li key={chat.chat_id}>
            {chat.id ? (
              <Link to={`/group-chats/${chat.id}`}>{chat.name || t("groupChats.unnamed")}</Link>
            ) : (
              chat.chat_id
            )}
            {chat.made && <Tag>{t("joinWays.madeByPlatform")}</Tag>}
            {chat.state === "dismissed" ? (
              <Tag>{t("groupChats.state.dismissed")}</Tag>
            ) : (
              <FillBar members={chat.members} capacity={chat.capacity} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ way }: { way: JoinWay }) {
  const { t } = useTranslation();
  return (
    <dl className={styles.facts}>
      <dt>{t("joinWays.column.status")}</dt>
      <dd>
        <JoinWayStatus way={way} />
      </dd>
      <dt>{t("campaigns.one")}</dt>
      <dd>
        <CampaignLink id={way.campaign_id} />
      </dd>
      <dt>{t("joinWays.column.autoCreate")}</dt>
      <dd>{way.auto_create ? `${way.base_name}${way.base_id}…` : t("joinWays.form.autoOff")}</dd>
      <dt>{t("joinWays.detail.stateCode")}</dt>
      <dd>
        <code>{way.state_code}</code>
      </dd>
      <dt>{t("joinWays.detail.createdAt")}</dt>
      <dd>
        <Moment at={way.created_at} />
      </dd>
    </dl>
  );
}

function Content({ way }: { way: JoinWay }) {
  const { t } = useTranslation();
  const figures = (["joins", "customers", "present"] as const).map((key) => ({
    key,
    value: way.counts[key],
  }));
  return (
    <>
      <Plate way={way} />
      <dl className={styles.figures}>
        {figures.map(({ key, value }) => (
          <div key={key}>
            <dt>{t(`joinWays.column.${key}`)}</dt>
            <dd className="tabular">{formatNumber(value)}</dd>
          </div>
        ))}
      </dl>
      <Chats way={way} />
      <Facts way={way} />
    </>
  );
}

export function JoinWayDetail({ id, onClose, onEdit }: Props) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const mayWrite = useMayWrite();
  const query = $api.useQuery("get", "/api/join-ways/{way_id}", { params: { path: { way_id: id } } });
  const way = query.data;
  return (
    <Drawer
      open
      size={isNarrow ? "100%" : 560}
      title={way?.name ?? t("joinWays.title")}
      onClose={onClose}
      extra={
        way &&
        mayWrite && (
          <Button icon={<EditOutlined />} onClick={() => onEdit(way)}>
            {t("common.action.edit")}
          </Button>
        )
      }
    >
      {query.isPending && <Skeleton active />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {way && <Content way={way} />}
    </Drawer>
  );
}
