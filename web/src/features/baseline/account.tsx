import { Tag } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Baseline } from "@/api/types";
import { percent, RateText } from "@/shared/components/path-strip/rate-text";
import { Share } from "@/shared/components/share";
import { formatNumber } from "@/shared/format/format";
import styles from "./baseline.module.css";
import { FieldRate } from "./field-rate";

type Article = Baseline["articles"]["items"][number];
type People = Baseline["people"][number];

export function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={`card ${styles.figure}`}>
      <span className={styles.label}>{label}</span>
      {children}
    </div>
  );
}

function PeopleFigure({ each }: { each: People }) {
  const { t } = useTranslation();
  const { entered, passed } = each.joined;
  return (
    <Figure label={t(`baseline.people.${each.kind}`, { name: each.name })}>
      <strong className={`tabular ${styles.value}`}>
        {each.people > 0 ? formatNumber(each.people) : t("baseline.noData")}
      </strong>
      <span className={styles.faint}>
        unionid {entered > 0 ? <Share part={passed} whole={entered} /> : t("baseline.noData")}
      </span>
    </Figure>
  );
}

function ArticleRow({ article }: { article: Article }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td className={styles.name}>
        <Link to={`/articles/${article.id}`}>{article.title}</Link>
      </td>
      <td className="tabular">{article.published_on}</td>
      <td className="tabular">{article.reads === null ? "—" : formatNumber(article.reads)}</td>
      <td className="tabular">{article.per_follower === null ? "—" : `${percent(article.per_follower)}%`}</td>
      <td>
        {article.coded ? <Tag color="green">{t("baseline.coded")}</Tag> : <Tag>{t("baseline.uncoded")}</Tag>}
      </td>
    </tr>
  );
}

function Articles({ articles }: { articles: Baseline["articles"] }) {
  const { t } = useTranslation();
  const columns = ["name", "published", "reads", "perFollower", "code"] as const;
  return (
    <section className={`card ${styles.table}`} aria-labelledby="baseline-articles">
      <h2 id="baseline-articles">{t("baseline.articles.title", { count: articles.count })}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keys */}
      <section className={styles.scroll} aria-label={t("baseline.articles.label")} tabIndex={0}>
        <table className={styles.rows}>
          <thead>
            <tr>
              {columns.map((key) => (
                <th key={key} scope="col">
                  {t(`baseline.articles.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {articles.items.map((article) => (
              <ArticleRow key={article.id} article={article} />
            ))}
          </tbody>
        </table>
      </section>
      <p className={styles.faint}>{t("baseline.articles.hint", { days: articles.days })}</p>
    </section>
  );
}

/** What the accounts tell: people, articles of the period, official figures. */
export function Account({ report: { people, articles } }: { report: Baseline }) {
  const { t } = useTranslation();
  return (
    <>
      <section className={styles.figures} aria-label={t("baseline.accountLabel")}>
        {people.map((each) => (
          <PeopleFigure key={each.account_id} each={each} />
        ))}
        <Figure label={t("baseline.figure.reads")}>
          <strong className={`tabular ${styles.value}`}>
            {articles.days > 0 ? formatNumber(articles.reads) : t("baseline.noData")}
          </strong>
          <span className={styles.faint}>{t("baseline.figure.days", { count: articles.days })}</span>
        </Figure>
        <Figure label={t("baseline.figure.perFollower")}>
          <strong className={`tabular ${styles.value}`}>
            {articles.per_follower === null ? t("baseline.noData") : `${percent(articles.per_follower)}%`}
          </strong>
          <FieldRate benchmark={articles.benchmark} />
        </Figure>
        <Figure label={t("baseline.figure.coded")}>
          <strong className={styles.rate}>
            <Share part={articles.coded.passed} whole={articles.coded.entered} />
          </strong>
        </Figure>
        <Figure label={t("baseline.figure.friends")}>
          <span className={styles.rate}>
            {articles.friends.entered > 0 ? <RateText rate={articles.friends} /> : t("baseline.noData")}
          </span>
          <FieldRate benchmark={articles.friends_benchmark} />
        </Figure>
      </section>
      {articles.count > 0 && <Articles articles={articles} />}
    </>
  );
}
