import { ArrowLeftOutlined, ExportOutlined } from "@ant-design/icons";
import { App, Button, Select, Skeleton, Space, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { ArticleDetail } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import { everyday } from "@/shared/components/code-place-fields";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { useTitle } from "@/shared/hooks/use-title";
import styles from "./articles.module.css";
import { FooterCodes } from "./footer-codes";
import { ReadDays } from "./read-days";
import { Rate, Reads } from "./use-article-columns";
import { useArticle, useMoveArticle } from "./use-articles";

function CampaignOf({ article }: { article: ArticleDetail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showError = useErrorToast();
  const mayWrite = useMayWrite();
  const move = useMoveArticle();
  const campaigns = $api.useQuery("get", "/api/campaigns/names", {});
  if (!mayWrite) return <CampaignLink id={article.campaign_id} />;
  const save = (chosen: number) =>
    move.mutate(
      { params: { path: { article_id: article.id } }, body: { campaign_id: chosen || null } },
      {
        onSuccess: () => message.success(t("articles.moved")),
        onError: showError,
      },
    );
  const options = (campaigns.data ?? [])
    .filter(({ id, archived }) => !archived || id === article.campaign_id)
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      aria-label={t("campaigns.one")}
      style={{ minWidth: 180 }}
      value={article.campaign_id ?? everyday}
      loading={move.isPending}
      showSearch={{ optionFilterProp: "label" }}
      options={[{ value: everyday, label: t("campaigns.everyday") }, ...options]}
      onChange={save}
    />
  );
}

function Figures({ article }: { article: ArticleDetail }) {
  const { t } = useTranslation();
  return (
    <dl className={styles.figures}>
      <div>
        <dt>{t("campaigns.column.qualified")}</dt>
        <dd className={`tabular ${styles.large}`}>{formatNumber(article.qualified)}</dd>
      </div>
      <div>
        <dt>{t("articles.column.friends")}</dt>
        <dd className={`tabular ${styles.large}`}>{formatNumber(article.friends)}</dd>
      </div>
      <div>
        <dt>{t("articles.column.reads")}</dt>
        <dd className={styles.large}>
          <Reads article={article} />
        </dd>
      </div>
      <div>
        <dt>{t("articles.column.rate")}</dt>
        <dd className={styles.rate}>
          <Rate article={article} />
        </dd>
      </div>
    </dl>
  );
}

function Content({ article }: { article: ArticleDetail }) {
  const { t } = useTranslation();
  useTitle(article.title);
  return (
    <>
      <header className={`card ${styles.head}`}>
        <div className={styles.titleLine}>
          <h1>{article.title}</h1>
          {article.url && (
            <Button icon={<ExportOutlined />} href={article.url} target="_blank" rel="noreferrer">
              {t("articles.open")}
            </Button>
          )}
        </div>
        <Space wrap size={16}>
          <Tag>{t(`articles.kind.${article.kind}`)}</Tag>
          {article.gone && <Tag color="warning">{t("articles.gone")}</Tag>}
          {article.published_at && <Moment at={article.published_at} />}
          <CampaignOf article={article} />
        </Space>
        <Figures article={article} />
        <p className={styles.faint}>{t("articles.method")}</p>
      </header>
      <FooterCodes article={article} />
      <ReadDays days={article.days} counted={article.reads !== null} />
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useArticle(Number(id) || 0);
  return (
    <>
      <Link to="/articles" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t("articles.title")}
      </Link>
      {query.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Content article={query.data} />}
    </>
  );
}
