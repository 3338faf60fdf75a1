import { EditOutlined, QrcodeOutlined } from "@ant-design/icons";
import { Alert, Button, Drawer, Skeleton, Space, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite, useSignedIn } from "@/api/session";
import type { Source } from "@/api/types";
import { ArticleLink } from "@/shared/components/article-link";
import { CampaignLink } from "@/shared/components/campaign-link";
import plate from "@/shared/components/code-plate.module.css";
import { WelcomePreview } from "@/shared/components/contact-way/welcome-preview";
import { CopyButton } from "@/shared/components/copy-button";
import { DownloadButton } from "@/shared/components/download-button";
import { ErrorState } from "@/shared/components/error-state";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import { Share } from "@/shared/components/share";
import { formatNumber } from "@/shared/format/format";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import styles from "./source-detail.module.css";
import { RetryButton, SourceStatus } from "./source-status";
import { qrAddress, useStaffNames } from "./use-sources";

interface Props {
  id: number;
  onClose(): void;
  onEdit(source: Source): void;
}

function QrPlate({ source }: { source: Source }) {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  if (!source.qr_code) {
    return (
      <div className={plate.plate}>
        <QrcodeOutlined className={plate.pending} />
        <p>{t(source.status === "creating" ? "sources.detail.pending" : "sources.detail.none")}</p>
      </div>
    );
  }
  return (
    <div className={plate.plate}>
      <img className={plate.qr} src={qrAddress(source, "png", 400)} alt={source.name} />
      <Space wrap className={styles.downloads}>
        <DownloadButton
          address={qrAddress(source, "png", 1000)}
          fileName={`${source.name}.png`}
          label={t("sources.detail.png")}
        />
        <DownloadButton
          address={qrAddress(source, "svg")}
          fileName={`${source.name}.svg`}
          label={t("sources.detail.svg")}
        />
        <CopyButton text={source.qr_code} label={t("sources.detail.copyLink")} />
      </Space>
      {demo && <p className={plate.hint}>{t("sources.detail.simulatorHint")}</p>}
    </div>
  );
}

function Counts({ source }: { source: Source }) {
  const { t } = useTranslation();
  const { added, added_today, lost, welcome_sent, welcome_failed } = source.counts;
  const figures = [
    { key: "added", label: t("sources.column.added"), value: formatNumber(added) },
    { key: "today", label: t("sources.column.addedToday"), value: formatNumber(added_today) },
    { key: "lost", label: t("sources.column.lost"), value: formatNumber(lost) },
  ];
  return (
    <section aria-label={t("sources.detail.counts")}>
      <dl className={styles.figures}>
        {figures.map(({ key, label, value }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ))}
      </dl>
      <Tooltip title={t("sources.detail.welcomeRateHint")}>
        <p className={styles.rate}>
          {t("sources.detail.welcomeRate")}{" "}
          <Share part={welcome_sent} whole={welcome_sent + welcome_failed} />
        </p>
      </Tooltip>
      <Link to={`/persons?state_code=${encodeURIComponent(source.state_code)}`}>
        {t("sources.detail.people")}
      </Link>
    </section>
  );
}

function Facts({ source }: { source: Source }) {
  const { t } = useTranslation();
  const nameOf = useStaffNames();
  const namesOf = (users: string[]) => users.map((userid) => nameOf(source.account_id, userid));
  const names = namesOf(source.users);
  return (
    <dl className={styles.facts}>
      <dt>{t("sources.column.status")}</dt>
      <dd>
        <SourceStatus source={source} />
      </dd>
      <dt>{t("sources.column.users")}</dt>
      <dd>
        {names.join(t("common.listSeparator"))}
        {source.spared.length > 0 && (
          <div className={styles.faint}>
            {t("sources.spared", { names: namesOf(source.spared).join(t("common.listSeparator")) })}
          </div>
        )}
      </dd>
      {source.article_id !== null && (
        <>
          <dt>{t("articles.footerOf")}</dt>
          <dd>
            <ArticleLink id={source.article_id} />
          </dd>
        </>
      )}
      <dt>{t("campaigns.one")}</dt>
      <dd>
        <CampaignLink id={source.campaign_id} />
        {source.mechanism && ` · ${t(`campaigns.mechanism.${source.mechanism}`)}`}
      </dd>
      <dt>{t("sources.form.verify")}</dt>
      <dd>{t(source.skip_verify ? "sources.form.skipVerify" : "sources.form.needVerify")}</dd>
      <dt>{t("sources.detail.stateCode")}</dt>
      <dd>
        <code>{source.state_code}</code>
      </dd>
      <dt>{t("sources.detail.createdAt")}</dt>
      <dd>
        <Moment at={source.created_at} />
      </dd>
    </dl>
  );
}

function Content({ source }: { source: Source }) {
  const nameOf = useStaffNames();
  const mayWrite = useMayWrite();
  const staffName = source.users[0] ? nameOf(source.account_id, source.users[0]) : "";
  return (
    <div className={styles.content}>
      {source.failure && (
        <Alert
          type="error"
          showIcon
          className={styles.wide}
          title={<FailureText failure={source.failure} />}
          action={source.status === "failed" && mayWrite && <RetryButton source={source} />}
        />
      )}
      <div>
        <QrPlate source={source} />
        <Counts source={source} />
        <Facts source={source} />
      </div>
      <WelcomePreview staffName={staffName} welcome={source.welcome} />
    </div>
  );
}

export function SourceDetail({ id, onClose, onEdit }: Props) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const mayWrite = useMayWrite();
  const query = $api.useQuery("get", "/api/sources/{source_id}", { params: { path: { source_id: id } } });
  const source = query.data;
  return (
    <Drawer
      open
      size={isNarrow ? "100%" : 720}
      title={source?.name ?? t("sources.title")}
      onClose={onClose}
      extra={
        source &&
        mayWrite && (
          <Button icon={<EditOutlined />} onClick={() => onEdit(source)}>
            {t("common.action.edit")}
          </Button>
        )
      }
    >
      {query.isPending && <Skeleton active />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {source && <Content source={source} />}
    </Drawer>
  );
}
