import { Skeleton, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WeekReport } from "@/api/types";
import { DownloadButton } from "@/shared/components/download-button";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { TabBar } from "@/shared/components/tab-bar";
import { type Group, groups, useWeek, useWeekReport } from "./use-weekly";
import { WeekFigures } from "./week-figures";
import { Changes, Todos } from "./week-news";
import { WeekSwitch } from "./week-switch";
import { WeekTable } from "./week-table";
import styles from "./weekly.module.css";

function Report({ report }: { report: WeekReport }) {
  const { t } = useTranslation();
  const [group, setGroup] = useState<Group>("campaigns");
  return (
    <>
      <WeekFigures report={report} />
      <div className={styles.columns}>
        <Changes changes={report.changes} running={report.running} />
        <Todos report={report} />
      </div>
      <section className={`card ${styles.table}`}>
        <TabBar<Group>
          label={t("weekly.groups")}
          tabs={groups.map((key) => ({ key, label: t(`weekly.group.${key}`) }))}
          active={group}
          onChange={setGroup}
        />
        <WeekTable rows={report[group]} group={group} />
        <p className={styles.faint}>{t("weekly.tableHint")}</p>
      </section>
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { monday, show } = useWeek();
  const { data: report, error, refetch } = useWeekReport(monday);
  const extra = report && (
    <Space wrap>
      <WeekSwitch report={report} onShow={show} />
      <DownloadButton
        address={`/api/weekly/export.xlsx?monday=${report.first}`}
        fileName={`weekly-${report.first}.xlsx`}
        label={t("weekly.download")}
      />
    </Space>
  );
  return (
    <>
      <PageHead title={t("weekly.title")} text={t("weekly.text")} extra={extra} />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && (report ? <Report report={report} /> : <Skeleton active paragraph={{ rows: 8 }} />)}
    </>
  );
}
