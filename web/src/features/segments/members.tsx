import { Button, Skeleton, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SegmentMember } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { Monogram } from "@/shared/components/monogram";
import styles from "./segments.module.css";
import { useMembers } from "./use-segments";

/** Who is in the segment, and since when. */
export function Members({ segmentId }: { segmentId: number }) {
  const { t } = useTranslation();
  const query = useMembers(segmentId);
  if (query.isPending) return <Skeleton active />;
  if (query.error && !query.data) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const members = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className={`card ${styles.panel}`} aria-label={t("segments.members.title")}>
      <Table<SegmentMember>
        rowKey="person_id"
        pagination={false}
        dataSource={members}
        locale={{ emptyText: t("segments.members.empty") }}
        columns={[
          {
            key: "name",
            title: t("segments.members.name"),
            render: ({ person_id, name, company, avatar_url }) => (
              <span className={styles.member}>
                <Monogram name={name ?? t("common.unknownName")} url={avatar_url} />
                <span>
                  <Link to={`/persons/${person_id}`}>{name ?? t("common.unknownName")}</Link>
                  {company && <span className={styles.faint}> · {company}</span>}
                </span>
              </span>
            ),
          },
          {
            key: "since",
            title: t("segments.members.since"),
            width: 160,
            render: ({ since }) => <Moment at={since} />,
          },
        ]}
      />
      {query.hasNextPage && (
        <Button
          className={styles.more}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("common.action.loadMore")}
        </Button>
      )}
    </section>
  );
}
