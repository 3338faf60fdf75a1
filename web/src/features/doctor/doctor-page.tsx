import { DesktopOutlined, MedicineBoxOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSignedIn } from "@/api/session";
import type { DoctorFinding } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { StateDot } from "@/shared/components/state-dot";
import { AccountReport } from "./account-report";
import styles from "./doctor.module.css";
import { FindingList } from "./finding-list";
import { countStates, useExamineAll, useExaminedAccounts, useMachine } from "./use-doctor";

function Summary({ findings }: { findings: DoctorFinding[] }) {
  const { t } = useTranslation();
  const { problem, good, open } = countStates(findings);
  return (
    <p className={styles.summary} aria-live="polite">
      <StateDot tone={problem > 0 ? "bad" : "good"}>{t("doctor.count.problem", { count: problem })}</StateDot>
      <StateDot tone="good">{t("doctor.count.good", { count: good })}</StateDot>
      <StateDot tone="quiet">{t("doctor.count.open", { count: open })}</StateDot>
    </p>
  );
}

function Machine({ findings }: { findings: DoctorFinding[] }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.card}`} aria-labelledby="examined-machine">
      <div className={styles.head}>
        <span className={styles.icon} data-kind="machine">
          <DesktopOutlined />
        </span>
        <h2 id="examined-machine">{t("doctor.machine")}</h2>
        <span className={styles.faint}>{t("doctor.machineText")}</span>
      </div>
      <FindingList findings={findings} />
    </section>
  );
}

function Reports() {
  const { t } = useTranslation();
  const accounts = useExaminedAccounts();
  const machine = useMachine();
  const examine = useExamineAll();
  const error = accounts.error ?? machine.error;
  const again = () => {
    void machine.refetch();
    examine.mutate({});
  };
  const button = (
    <Button type="primary" icon={<MedicineBoxOutlined />} loading={examine.isPending} onClick={again}>
      {t(examine.isPending ? "doctor.examining" : "doctor.examine")}
    </Button>
  );
  const findings = [...(accounts.data ?? []).flatMap((each) => each.findings), ...(machine.data ?? [])];
  return (
    <>
      <PageHead title={t("doctor.title")} text={t("doctor.text")} extra={button} />
      {error && <ErrorState error={error} onRetry={again} />}
      {(accounts.isPending || machine.isPending) && <Skeleton active />}
      {accounts.data && machine.data && <Summary findings={findings} />}
      {accounts.data?.length === 0 && (
        <div className={`card ${styles.card}`}>
          <EmptyState
            icon={<MedicineBoxOutlined />}
            title={t("doctor.empty.title")}
            text={t("doctor.empty.text")}
            action={<Link to="/settings/accounts">{t("doctor.empty.action")}</Link>}
          />
        </div>
      )}
      <div className={styles.cards}>
        {accounts.data?.map((report) => (
          <AccountReport key={report.account_id} report={report} />
        ))}
        {machine.data && <Machine findings={machine.data} />}
      </div>
    </>
  );
}

/** What works and what does not: this machine and every connected account. */
export function Page() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  if (user.role === "admin") return <Reports />;
  return (
    <>
      <PageHead title={t("doctor.title")} text={t("doctor.text")} />
      <EmptyState
        icon={<MedicineBoxOutlined />}
        title={t("shell.notAllowed.title")}
        text={t("shell.notAllowed.text")}
      />
    </>
  );
}
