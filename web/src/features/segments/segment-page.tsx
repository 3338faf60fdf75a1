import { ArrowLeftOutlined, SyncOutlined } from "@ant-design/icons";
import { App, Button, Skeleton, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { SegmentDetail } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { TabBar } from "@/shared/components/tab-bar";
import { formatNumber } from "@/shared/format/format";
import { Builder } from "./builder";
import { Members } from "./members";
import { SegmentState } from "./segment-state";
import styles from "./segments.module.css";
import { useCatalogue, useSegmentActs } from "./use-segments";

function Acts({ segment }: { segment: SegmentDetail }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const { archive, refresh } = useSegmentActs();
  const params = { path: { segment_id: segment.id } };
  const ask = () =>
    modal.confirm({
      title: t("segments.archiveTitle", { name: segment.name }),
      content: t("segments.archiveText"),
      okText: t("segments.archive"),
      cancelText: t("common.action.cancel"),
      onOk: async () => {
        await archive.mutateAsync({ params });
        void navigate("/segments");
      },
    });
  return (
    <Space wrap>
      <SegmentState segment={segment} />
      <Button icon={<SyncOutlined />} loading={refresh.isPending} onClick={() => refresh.mutate({ params })}>
        {t("segments.refresh")}
      </Button>
      <Button onClick={ask}>{t("segments.archive")}</Button>
    </Space>
  );
}

function Content({ segment }: { segment: SegmentDetail | null }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const catalogue = useCatalogue();
  const [tab, setTab] = useState(mayWrite ? "rule" : "members");
  const tabs = [
    { key: "rule", label: t("segments.rule") },
    { key: "members", label: t("segments.members.count", { n: formatNumber(segment?.size ?? 0) }) },
  ];
  return (
    <>
      <PageHead
        title={segment?.name ?? t("segments.new")}
        text={segment?.note || t("segments.builderText")}
        extra={segment && mayWrite && !segment.archived_at && <Acts segment={segment} />}
      />
      {segment && <TabBar label={t("segments.title")} tabs={tabs} active={tab} onChange={setTab} />}
      {tab === "members" && segment && <Members segmentId={segment.id} />}
      {catalogue.isPending && <Skeleton active />}
      {catalogue.error && <ErrorState error={catalogue.error} onRetry={() => void catalogue.refetch()} />}
      {catalogue.data && tab === "rule" && (
        <Builder key={segment?.id ?? 0} segment={segment} catalogue={catalogue.data} />
      )}
    </>
  );
}

function Known({ id }: { id: number }) {
  const query = $api.useQuery("get", "/api/segments/{segment_id}", { params: { path: { segment_id: id } } });
  if (query.isPending) return <Skeleton active />;
  if (query.error && !query.data) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return query.data ? <Content segment={query.data} /> : null;
}

/** One segment: its rule with the live count, and its members. */
export function Page() {
  const { t } = useTranslation();
  const { id = "new" } = useParams();
  return (
    <>
      <Link to="/segments" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t("segments.title")}
      </Link>
      {id === "new" ? <Content segment={null} /> : <Known id={Number(id)} />}
    </>
  );
}
