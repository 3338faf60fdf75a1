import { TeamOutlined, WechatOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { DoctorFinding, ExaminedAccount } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import styles from "./doctor.module.css";
import { FindingList } from "./finding-list";
import { useExamineOne, useWatchCallback } from "./use-doctor";

/** When callbacks came, and a way to watch the next one come. */
function CallbackSide({ report, finding }: { report: ExaminedAccount; finding: DoctorFinding }) {
  const { t } = useTranslation();
  const watch = useWatchCallback();
  const params = { path: { account_id: report.account_id } };
  if (finding.outcome === "unset") return null;
  return (
    <div className={styles.callback}>
      <span className={styles.times}>
        {t("doctor.received")} {report.received_at ? <Moment at={report.received_at} /> : t("doctor.never")}
        {" · "}
        {t("doctor.verified")} {report.verified_at ? <Moment at={report.verified_at} /> : t("doctor.never")}
      </span>
      <Button
        size="small"
        loading={watch.isPending}
        disabled={finding.outcome === "waiting"}
        onClick={() => watch.mutate({ params })}
      >
        {t(finding.outcome === "waiting" ? "doctor.watching" : "doctor.watch")}
      </Button>
    </div>
  );
}

/** What the doctor knows of one account. */
export function AccountReport({ report }: { report: ExaminedAccount }) {
  const { t } = useTranslation();
  const examine = useExamineOne();
  const params = { path: { account_id: report.account_id } };
  return (
    <section className={`card ${styles.card}`} aria-labelledby={`examined-${report.account_id}`}>
      <div className={styles.head}>
        <span className={styles.icon} data-kind={report.kind}>
          {report.kind === "wecom" ? <TeamOutlined /> : <WechatOutlined />}
        </span>
        <h2 id={`examined-${report.account_id}`}>{report.name}</h2>
        <span className={styles.faint}>{t(`accounts.kind.${report.kind}`)}</span>
        <span className={styles.space} />
        <span className={styles.faint}>
          {report.examined_at ? (
            <>
              {t("doctor.examinedAt")} <Moment at={report.examined_at} relative />
            </>
          ) : (
            t("doctor.notExamined")
          )}
        </span>
        <Button size="small" loading={examine.isPending} onClick={() => examine.mutate({ params })}>
          {t(report.examined_at ? "doctor.again" : "doctor.first")}
        </Button>
      </div>
      <FindingList
        findings={report.findings}
        more={(finding) =>
          finding.check === "callback" ? <CallbackSide report={report} finding={finding} /> : null
        }
      />
    </section>
  );
}
