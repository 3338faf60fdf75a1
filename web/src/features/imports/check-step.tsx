import { Alert, App, Button, Progress, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportDetail } from "@/api/types";
import { formatMoment, formatNumber } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { Figures } from "./figures";
import styles from "./imports.module.css";
import { useRunImport } from "./use-imports";

function Checking() {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.part}`} aria-busy="true">
      <h2>{t("imports.checking.title")}</h2>
      <p className={styles.faint}>{t("imports.checking.text")}</p>
      <Progress percent={100} status="active" showInfo={false} aria-label={t("imports.checking.title")} />
    </section>
  );
}

function useFigures(given: ImportDetail) {
  const { t } = useTranslation();
  const { counts, placement } = given;
  if (counts === null) return [];
  const persons = ["new", "known", "doubled"] as const;
  const leads = placement === "none" ? [] : (["leads", "taken"] as const);
  return [...persons, ...leads, "faulty" as const].map((key) => ({
    key,
    label: t(`imports.count.${key}`),
    value: counts[key],
  }));
}

/** What the import would do, before it does. */
export function CheckStep({ given, onChange }: { given: ImportDetail; onChange(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const run = useRunImport();
  const figures = useFigures(given);
  if (given.state === "checking" || given.counts === null) return <Checking />;
  const rows = given.counts.rows - given.counts.faulty;
  const begin = async () => {
    try {
      await run.mutateAsync({ params: { path: { import_id: given.id } } });
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    }
  };
  return (
    <section className={`card ${styles.part}`}>
      <h2>{t("imports.check.title")}</h2>
      <Figures figures={figures} />
      <p className={styles.faint}>
        {t(given.placement === "none" ? "imports.check.persons" : "imports.check.leads")}
      </p>
      {given.twin && (
        <Alert
          type="warning"
          showIcon
          className={styles.notice}
          title={t("imports.twin", { at: formatMoment(new Date(given.twin.at)) })}
        />
      )}
      <Space>
        <Button type="primary" disabled={rows === 0} loading={run.isPending} onClick={() => void begin()}>
          {t("imports.check.run", { rows: formatNumber(rows) })}
        </Button>
        <Button onClick={onChange}>{t("imports.check.change")}</Button>
      </Space>
    </section>
  );
}
