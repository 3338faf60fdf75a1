import { Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { CampaignDetail } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./campaigns.module.css";

type Article = CampaignDetail["articles"][number];

/** The articles of a campaign with their official reads. */
export function ArticleTable({ articles }: { articles: Article[] }) {
  const { t } = useTranslation();
  if (articles.length === 0) return null;
  return (
    <section className={`card ${styles.part}`} aria-label={t("campaigns.articles")}>
      <h2>{t("campaigns.articles")}</h2>
      <Table<Article>
        size="small"
        rowKey="id"
        pagination={articles.length > 20 ? { pageSize: 20 } : false}
        dataSource={articles}
        columns={[
          {
            key: "title",
            title: t("articles.column.title"),
            render: ({ id, title }: Article) => <Link to={`/articles/${id}`}>{title}</Link>,
          },
          {
            key: "kind",
            title: t("articles.column.kind"),
            render: ({ kind }: Article) => <Tag>{t(`articles.kind.${kind}`)}</Tag>,
          },
          {
            key: "reads",
            title: t("articles.column.reads"),
            align: "right",
            render: ({ reads }: Article) => (reads === null ? t("articles.noSource") : formatNumber(reads)),
          },
        ]}
      />
    </section>
  );
}
