import { SyncOutlined } from "@ant-design/icons";
import { Alert, App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { ArticleFeed } from "@/api/types";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import styles from "./articles.module.css";
import { useFeeds, useFetchArticles } from "./use-articles";

export function FetchButton() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const fetch = useFetchArticles();
  const run = () => fetch.mutate({}, { onSuccess: () => message.success(t("articles.feed.started")) });
  return (
    <Button icon={<SyncOutlined />} loading={fetch.isPending} onClick={run}>
      {t("articles.feed.now")}
    </Button>
  );
}

function Feed({ feed, name }: { feed: ArticleFeed; name: string }) {
  const { t } = useTranslation();
  if (feed.failure) {
    const failure = feed.failure as { code: string; params: Record<string, unknown> };
    return (
      <Alert
        type="warning"
        showIcon
        className={styles.notice}
        title={<FailureText failure={failure} />}
        description={t("articles.feed.failed", { name })}
      />
    );
  }
  return (
    <p className={styles.feed}>
      {name} · {t("articles.feed.figures", { day: feed.next_day })}
      {feed.articles_at && (
        <>
          {" · "}
          {t("articles.feed.articles")} <Moment at={feed.articles_at} relative />
        </>
      )}
    </p>
  );
}

/** How fresh the articles and their official figures are, or why they are not. */
export function FeedLine() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const feeds = useFeeds();
  const accounts = $api.useQuery("get", "/api/accounts", {});
  if (!feeds.data || !accounts.data) return null;
  const nameOf = (id: number) => accounts.data.find((one) => one.id === id)?.name ?? "";
  if (feeds.data.length === 0) {
    const connected = accounts.data.some(({ kind }) => kind === "official_account");
    return (
      <Alert
        type="info"
        showIcon
        className={styles.notice}
        title={
          connected || !mayWrite ? (
            t("articles.feed.none")
          ) : (
            <Link to="/settings/accounts">{t("articles.feed.connect")}</Link>
          )
        }
      />
    );
  }
  return (
    <>
      {feeds.data.map((feed) => (
        <Feed key={feed.account_id} feed={feed} name={nameOf(feed.account_id)} />
      ))}
    </>
  );
}
