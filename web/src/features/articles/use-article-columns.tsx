import { Button, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Article } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import type { Column } from "@/shared/components/data-table/types";
import { Moment } from "@/shared/components/moment";
import { RateText } from "@/shared/components/path-strip/rate-text";
import { formatNumber } from "@/shared/format/format";
import styles from "./articles.module.css";
import { footerAction } from "./footer-code";

/** Reads as the platform tells them; what it does not tell is no zero. */
export function Reads({ article }: { article: Article }) {
  const { t } = useTranslation();
  if (article.reads !== null) return <span className="tabular">{formatNumber(article.reads)}</span>;
  return (
    <Tooltip title={t(`articles.noReads.${article.kind === "draft" ? "draft" : "linked"}`)}>
      <span className={styles.faint}>{t("articles.noSource")}</span>
    </Tooltip>
  );
}

export function Rate({ article }: { article: Article }) {
  const { t } = useTranslation();
  if (article.rate) return <RateText rate={article.rate} />;
  return <span className={styles.faint}>{t(article.codes ? "articles.noSource" : "articles.noCode")}</span>;
}

function Footer({ article, onMake }: { article: Article; onMake: ((article: Article) => void) | null }) {
  const { t } = useTranslation();
  const action = footerAction(article);
  const tag = article.codes > 0 && (
    <Tag color={article.mechanism === "take_away" ? "success" : undefined}>
      {t(`campaigns.mechanism.${article.mechanism || "none"}`)}
    </Tag>
  );
  return (
    <span className={styles.footer}>
      {tag}
      {onMake && action !== "another" && (
        <Button type="link" size="small" onClick={() => onMake(article)}>
          {t(`articles.footer.${action}`)}
        </Button>
      )}
    </span>
  );
}

/** Leads and friends first; reads, which bring nobody by themselves, behind. */
export function useArticleColumns(onMake: ((article: Article) => void) | null): Column<Article>[] {
  const { t } = useTranslation();
  return [
    {
      key: "title",
      title: t("articles.column.title"),
      fixed: true,
      render: ({ id, title }) => (
        <Link to={`/articles/${id}`} className={styles.name}>
          {title}
        </Link>
      ),
    },
    {
      key: "kind",
      title: t("articles.column.kind"),
      render: ({ kind }) => <Tag>{t(`articles.kind.${kind}`)}</Tag>,
    },
    {
      key: "published",
      title: t("articles.column.published"),
      render: ({ published_at }) => (published_at ? <Moment at={published_at} /> : t("common.none")),
    },
    {
      key: "campaign",
      title: t("campaigns.one"),
      render: ({ campaign_id }) => <CampaignLink id={campaign_id} />,
    },
    {
      key: "qualified",
      title: t("campaigns.column.qualified"),
      align: "right",
      render: ({ qualified }) => <strong className="tabular">{formatNumber(qualified)}</strong>,
    },
    {
      key: "friends",
      title: t("articles.column.friends"),
      align: "right",
      render: ({ friends }) => <span className="tabular">{formatNumber(friends)}</span>,
    },
    { key: "rate", title: t("articles.column.rate"), render: (article) => <Rate article={article} /> },
    {
      key: "reads",
      title: t("articles.column.reads"),
      align: "right",
      render: (article) => <Reads article={article} />,
    },
    {
      key: "footer",
      title: t("articles.column.footer"),
      sticky: true,
      render: (article) => <Footer article={article} onMake={onMake} />,
    },
  ];
}
