import { Button, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayWrite } from "@/api/session";
import type { ArticleDetail } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./articles.module.css";
import { FooterCodeDrawer, footerAction } from "./footer-code";

type Code = ArticleDetail["code_list"][number];

/** The codes at the article's foot, the newest first, and the way to a better one. */
export function FooterCodes({ article }: { article: ArticleDetail }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [making, setMaking] = useState(false);
  const action = footerAction(article);
  const codes = article.code_list;
  return (
    <section className={`card ${styles.part}`} aria-label={t("articles.footer.title")}>
      <div className={styles.titleLine}>
        <h2>{t("articles.footer.title")}</h2>
        {mayWrite && !article.gone && (
          <Button type={action === "another" ? "default" : "primary"} onClick={() => setMaking(true)}>
            {t(`articles.footer.${action}`)}
          </Button>
        )}
      </div>
      {action === "replace" && <p className={styles.faint}>{t("articles.footer.why")}</p>}
      {codes.length === 0 ? (
        <p className={styles.faint}>{t("articles.footer.empty")}</p>
      ) : (
        <Table<Code>
          size="small"
          rowKey="code"
          pagination={false}
          dataSource={codes}
          columns={[
            {
              key: "name",
              title: t("articles.footer.code"),
              render: ({ code, name }: Code) => (
                <Link to={`/sources?search=${encodeURIComponent(code)}`}>{name}</Link>
              ),
            },
            {
              key: "mechanism",
              title: t("campaigns.mechanism.label"),
              render: ({ mechanism }: Code) => (
                <Tag color={mechanism === "take_away" ? "success" : undefined}>
                  {t(`campaigns.mechanism.${mechanism || "none"}`)}
                </Tag>
              ),
            },
            {
              key: "use",
              title: t("articles.footer.use"),
              render: (_: unknown, __: Code, place: number) =>
                t(place === 0 ? "articles.footer.current" : "articles.footer.former"),
            },
            {
              key: "qualified",
              title: t("campaigns.column.qualified"),
              align: "right",
              render: ({ qualified }: Code) => formatNumber(qualified),
            },
            {
              key: "friends",
              title: t("articles.column.friends"),
              align: "right",
              render: ({ code, friends }: Code) => (
                <Link to={`/persons?state_code=${encodeURIComponent(code)}`} className="tabular">
                  {formatNumber(friends)}
                </Link>
              ),
            },
          ]}
        />
      )}
      {making && <FooterCodeDrawer article={article} onClose={() => setMaking(false)} />}
    </section>
  );
}
