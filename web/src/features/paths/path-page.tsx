import { Alert, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import type { Path } from "@/api/types";
import { DemoForward } from "@/shared/components/demo-forward";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { PathStrip } from "@/shared/components/path-strip/path-strip";
import { formatNumber } from "@/shared/format/format";
import { useNow } from "@/shared/hooks/use-now";
import { periods, usePath, usePathReport } from "@/shared/hooks/use-paths";
import { useShipped } from "@/shared/hooks/use-shipped";
import { HopParts } from "./hop-parts";
import { MeasuredParts } from "./measured-parts";
import { PathActions } from "./path-actions";
import styles from "./paths.module.css";
import { WeakestCard } from "./weakest-card";

function usePlace() {
  const [query, setQuery] = useSearchParams();
  const asked = Number(query.get("days"));
  const set = (name: string, value: string) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before);
        next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return { days: periods.find((days) => days === asked) ?? 28, hop: query.get("hop"), set };
}

function Report({ path }: { path: Path }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const { days, hop, set } = usePlace();
  const report = usePathReport(path.id, days, useNow());
  const { data } = report;
  if (report.error && !data) {
    return <ErrorState error={report.error} onRetry={() => void report.refetch()} />;
  }
  if (!data) return <Skeleton active paragraph={{ rows: 8 }} />;
  const selected = data.hops.find(({ key }) => key === (hop ?? data.weakest?.hop)) ?? data.hops[0];
  const nameOf = (key: string) => shipped(path.stages.find((stage) => stage.key === key)?.name ?? key);
  return (
    <>
      <PathStrip
        path={path}
        report={data}
        selected={selected?.key ?? ""}
        onSelect={(key) => set("hop", key)}
      />
      <WeakestCard path={path} report={data} />
      <DemoForward />
      {selected?.measured && (
        <MeasuredParts
          key={`measured ${selected.key}`}
          name={`${nameOf(selected.source)} → ${nameOf(selected.target)}`}
          measured={selected.measured}
        />
      )}
      {selected && (
        <HopParts
          key={selected.key}
          pathId={path.id}
          name={
            selected.measured ? t("paths.ownPart") : `${nameOf(selected.source)} → ${nameOf(selected.target)}`
          }
          hop={selected}
          period={{ first: data.first, last: data.last }}
        />
      )}
      <p className={styles.faint}>{t("paths.method", { first: data.first, last: data.last })}</p>
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { id } = useParams();
  const path = usePath(Number(id));
  const { days, set } = usePlace();
  if (path.error) return <ErrorState error={path.error} onRetry={() => void path.refetch()} fullPage />;
  if (!path.data) return <Skeleton active paragraph={{ rows: 10 }} />;
  const { data } = path;
  return (
    <>
      <PageHead
        title={data.name}
        text={t("paths.version", { number: data.number })}
        extra={<PathActions path={data} days={days} onDays={(value) => set("days", String(value))} />}
      />
      {!data.built && (
        <Alert
          type="info"
          showIcon
          className={styles.card}
          title={t("paths.buildingText", { count: formatNumber(data.seen_events) })}
        />
      )}
      <Report path={data} />
    </>
  );
}
