import { ArrowLeftOutlined, DeleteOutlined } from "@ant-design/icons";
import { Alert, App, Button, Skeleton, Steps } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import type { ImportDetail } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { formatBytes, formatMoment, formatNumber } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { useTitle } from "@/shared/hooks/use-title";
import { CheckStep } from "./check-step";
import { Faults } from "./faults";
import { ImportState } from "./import-state";
import styles from "./imports.module.css";
import { MappingStep } from "./mapping-step";
import { Preview } from "./preview";
import { ResultStep } from "./result-step";
import { stepOf, useDeleteImport, useImport } from "./use-imports";

const steps = ["upload", "mapping", "check", "result"] as const;

function DeleteButton({ given }: { given: ImportDetail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const remove = useDeleteImport();
  const act = async () => {
    try {
      await remove.mutateAsync({ params: { path: { import_id: given.id } } });
      void navigate("/imports");
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    }
  };
  return (
    <Button icon={<DeleteOutlined />} loading={remove.isPending} onClick={() => void act()}>
      {t("imports.delete")}
    </Button>
  );
}

function Head({ given, step }: { given: ImportDetail; step: number }) {
  const { t } = useTranslation();
  const { format, encoding, sheet } = given;
  return (
    <header className={`card ${styles.head}`}>
      <div className={styles.bar}>
        <h1>{given.name}</h1>
        {stepOf(given.state) < 3 && given.state !== "checking" && <DeleteButton given={given} />}
      </div>
      <p className={styles.facts}>
        <ImportState state={given.state} />
        <span>
          {t("imports.facts.rows", { rows: formatNumber(given.rows), columns: given.columns.length })}
        </span>
        <span>
          {format === "xlsx"
            ? t("imports.facts.sheet", { sheet, size: formatBytes(given.size) })
            : t("imports.facts.csv", { encoding: encoding.toUpperCase(), size: formatBytes(given.size) })}
        </span>
        {given.created_by && <span>{t("imports.facts.by", { name: given.created_by })}</span>}
        <Moment at={given.created_at} />
      </p>
      <Steps
        size="small"
        current={given.state === "done" || given.state === "undone" ? steps.length : step}
        items={steps.map((key) => ({ title: t(`imports.step.${key}`) }))}
      />
    </header>
  );
}

function Content({ given }: { given: ImportDetail }) {
  const { t } = useTranslation();
  const [changing, setChanging] = useState(false);
  useTitle(given.name);
  const step = changing && given.state === "checked" ? 1 : stepOf(given.state);
  return (
    <>
      <Head given={given} step={step} />
      {given.twin && step === 1 && (
        <Alert
          type="warning"
          showIcon
          className={styles.notice}
          title={t("imports.twin", { at: formatMoment(new Date(given.twin.at)) })}
          action={<Link to={`/imports/${given.twin.id}`}>{t("imports.twinOpen")}</Link>}
        />
      )}
      {step === 1 && <MappingStep given={given} onMapped={() => setChanging(false)} />}
      {step === 2 && <CheckStep given={given} onChange={() => setChanging(true)} />}
      {step === 3 && <ResultStep given={given} />}
      {step > 1 && given.state !== "checking" && <Faults given={given} />}
      {step < 3 && given.samples.length > 0 && <Preview given={given} />}
    </>
  );
}

/** One file: what its columns mean, what it would do, what it did. */
export function Page() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useImport(Number(id) || 0);
  return (
    <>
      <Link to="/imports" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t("imports.title")}
      </Link>
      {query.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Content key={query.data.id} given={query.data} />}
    </>
  );
}
