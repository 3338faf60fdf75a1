import { MedicineBoxOutlined } from "@ant-design/icons";
import { Button, Skeleton, Space } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Baseline } from "@/api/types";
import { DownloadButton } from "@/shared/components/download-button";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { Account } from "./account";
import styles from "./baseline.module.css";
import { Findings } from "./findings";
import { History } from "./history";
import { MissingData } from "./missing-data";
import { stepOf, useBaseline } from "./use-baseline";

/** Before anything was given: the two first steps, either of which brings a report. */
function Nothing() {
  const { t } = useTranslation();
  const steps = ["official_account", "history"] as const;
  return (
    <EmptyState
      icon={<MedicineBoxOutlined />}
      title={t("baseline.empty.title")}
      text={t("baseline.empty.text")}
      action={
        <Space wrap>
          {steps.map((key, at) => (
            <Link key={key} to={stepOf[key]}>
              <Button type={at === 0 ? "primary" : "default"}>{t(`baseline.empty.${key}`)}</Button>
            </Link>
          ))}
        </Space>
      }
    />
  );
}

function Report({ report }: { report: Baseline }) {
  return (
    <>
      <div className={styles.columns}>
        <Findings findings={report.findings} />
        <MissingData missing={report.missing} />
      </div>
      <Account report={report} />
      {report.history.persons > 0 && <History history={report.history} />}
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { data: report, error, refetch } = useBaseline();
  const isEmpty = report && report.people.length === 0 && report.history.persons === 0;
  const extra = report && !isEmpty && (
    <DownloadButton
      address="/api/baseline/export.xlsx"
      fileName={`baseline-${report.last}.xlsx`}
      label={t("weekly.download")}
    />
  );
  return (
    <>
      <PageHead title={t("baseline.title")} text={t("baseline.text")} extra={extra} />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !report && <Skeleton active paragraph={{ rows: 8 }} />}
      {!error && report && (isEmpty ? <Nothing /> : <Report report={report} />)}
    </>
  );
}
