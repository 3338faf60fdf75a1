import { BranchesOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Card, Skeleton, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Path } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import { usePaths } from "@/shared/hooks/use-paths";
import { useShipped } from "@/shared/hooks/use-shipped";
import { PathFormDrawer } from "./path-form-drawer";
import styles from "./paths.module.css";

function PathCard({ path }: { path: Path }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  return (
    <Card size="small" className={styles.card}>
      <Link to={`/paths/${path.id}`} className={styles.pathName}>
        {path.name}
      </Link>
      {!path.built && (
        <Tag color="processing">{t("paths.building", { count: formatNumber(path.seen_events) })}</Tag>
      )}
      <p className={styles.sentence}>{path.stages.map(({ name }) => shipped(name)).join(" → ")}</p>
      <p className={styles.faint}>
        {t("paths.version", { number: path.number })} · <Moment at={path.updated_at} />
      </p>
    </Card>
  );
}

export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [creating, setCreating] = useState(false);
  const list = usePaths();
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
      {t("paths.new")}
    </Button>
  );
  return (
    <>
      <PageHead
        title={t("paths.title")}
        text={t("paths.text")}
        extra={list.data?.length ? create : undefined}
      />
      {list.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {list.error && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.length === 0 && (
        <EmptyState
          icon={<BranchesOutlined />}
          title={t("paths.empty.title")}
          text={t("paths.empty.text")}
          action={create}
        />
      )}
      <div className={styles.cards}>
        {list.data?.map((path) => (
          <PathCard key={path.id} path={path} />
        ))}
      </div>
      {creating && <PathFormDrawer onClose={() => setCreating(false)} />}
    </>
  );
}
