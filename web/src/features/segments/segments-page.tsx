import { PlusOutlined, UsergroupAddOutlined } from "@ant-design/icons";
import { Button, Checkbox, Skeleton, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { Segment } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { SegmentState } from "./segment-state";
import styles from "./segments.module.css";

function SegmentTable({ segments }: { segments: Segment[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Table<Segment>
      rowKey="id"
      scroll={{ x: 560 }}
      pagination={segments.length > 50 ? { pageSize: 50 } : false}
      dataSource={segments}
      onRow={({ id }) => ({ onDoubleClick: () => void navigate(`/segments/${id}`) })}
      columns={[
        {
          key: "name",
          title: t("segments.column.name"),
          render: ({ id, name, note }: Segment) => (
            <>
              <Link to={`/segments/${id}`}>{name}</Link>
              {note && <p className={styles.faint}>{note}</p>}
            </>
          ),
        },
        {
          key: "size",
          title: t("segments.column.size"),
          align: "right",
          width: 110,
          render: ({ size }: Segment) => size.toLocaleString(),
        },
        {
          key: "state",
          title: t("segments.column.state"),
          width: 130,
          render: (segment: Segment) => <SegmentState segment={segment} />,
        },
        {
          key: "updated",
          title: t("segments.column.updated"),
          width: 150,
          render: ({ updated_at }: Segment) => <Moment at={updated_at} />,
        },
      ]}
    />
  );
}

/** 人群: rules over persons, and for how many they hold. */
export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [archived, setArchived] = useState(false);
  const query = $api.useQuery("get", "/api/segments", { params: { query: { archived } } });
  const create = mayWrite && (
    <Link to="/segments/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {t("segments.new")}
      </Button>
    </Link>
  );
  const segments = query.data ?? [];
  return (
    <>
      <PageHead title={t("segments.title")} text={t("segments.text")} extra={create} />
      <section className={`card ${styles.panel}`} aria-label={t("segments.title")}>
        <Checkbox checked={archived} onChange={(event) => setArchived(event.target.checked)}>
          {t("segments.showArchived")}
        </Checkbox>
        {query.isPending && <Skeleton active />}
        {query.error && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.data && segments.length > 0 && <SegmentTable segments={segments} />}
        {query.data && segments.length === 0 && (
          <EmptyState
            icon={<UsergroupAddOutlined />}
            title={t("segments.empty.title")}
            text={t("segments.empty.text")}
            action={!archived && create}
          />
        )}
      </section>
    </>
  );
}
