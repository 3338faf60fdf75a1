import { UndoOutlined } from "@ant-design/icons";
import { App, Button, Progress, Space } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ImportDetail } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { Reasons } from "./faults";
import { Figures } from "./figures";
import styles from "./imports.module.css";
import { useUndoImport } from "./use-imports";

function Running({ given }: { given: ImportDetail }) {
  const { t } = useTranslation();
  const valid = given.counts ? given.counts.rows - given.counts.faulty : given.rows;
  const percent = valid > 0 ? Math.floor((given.done / valid) * 100) : 0;
  return (
    <section className={`card ${styles.part}`} aria-busy="true">
      <h2>{t("imports.running.title")}</h2>
      <Progress percent={percent} status="active" aria-label={t("imports.running.title")} />
      <p className={styles.faint}>
        {t("imports.running.text", { done: formatNumber(given.done), rows: formatNumber(valid) })}
      </p>
    </section>
  );
}

function UndoButton({ given }: { given: ImportDetail }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const errorText = useErrorText();
  const undo = useUndoImport();
  const act = async () => {
    try {
      await undo.mutateAsync({ params: { path: { import_id: given.id } } });
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    }
  };
  const ask = () =>
    modal.confirm({
      title: t("imports.undo.title", { name: given.name }),
      content: t("imports.undo.text"),
      okText: t("imports.undo.ok"),
      okButtonProps: { danger: true },
      cancelText: t("common.action.cancel"),
      onOk: act,
    });
  return (
    <Button danger icon={<UndoOutlined />} onClick={ask}>
      {t("imports.undo.button")}
    </Button>
  );
}

function Came({ given }: { given: ImportDetail }) {
  const { t } = useTranslation();
  const figures = [
    { key: "done", label: t("imports.result.done"), value: given.done },
    ...(given.counts
      ? [
          { key: "new", label: t("imports.count.new"), value: given.counts.new },
          { key: "known", label: t("imports.count.known"), value: given.counts.known },
        ]
      : []),
    ...(given.placement === "none"
      ? []
      : [{ key: "leads", label: t("imports.result.leads"), value: given.leads }]),
    { key: "faulty", label: t("imports.count.faulty"), value: given.faulty },
  ];
  return (
    <section className={`card ${styles.part}`}>
      <div className={styles.bar}>
        <h2>
          {t("imports.result.title")} {given.ended_at && <Moment at={given.ended_at} />}
        </h2>
        <Space>
          <Link to="/persons">{t("imports.result.persons")}</Link>
          {given.placement !== "none" && <Link to="/leads">{t("imports.result.openLeads")}</Link>}
          {given.forgotten_at === null && <UndoButton given={given} />}
        </Space>
      </div>
      <Figures figures={figures} />
      <Reasons
        title={t("imports.result.noLead")}
        counts={given.no_lead}
        word={(reason) => t(`imports.noLead.${reason as "open"}`)}
      />
      {given.forgotten_at && <p className={styles.faint}>{t("imports.result.forgotten")}</p>}
    </section>
  );
}

function KeptRows({ rows }: { rows: ImportDetail["kept_rows"] }) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <table className={styles.rows}>
      <thead>
        <tr>
          <th scope="col">{t("imports.line")}</th>
          <th scope="col">{t("imports.undone.person")}</th>
          <th scope="col">{t("imports.undone.why")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ number, person_id, name, reason }) => (
          <tr key={number}>
            <td className={styles.faint}>{number}</td>
            <td>
              <Link to={`/persons/${person_id}`}>{name ?? t("common.unknownName")}</Link>
            </td>
            <td>{t(`imports.kept.${reason}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Undone({ given }: { given: ImportDetail }) {
  const { t } = useTranslation();
  const busy = given.state === "undoing";
  const figures = [
    { key: "gone", label: t("imports.undone.gone"), value: given.done - given.kept },
    { key: "kept", label: t("imports.undone.kept"), value: given.kept },
  ];
  return (
    <section className={`card ${styles.part}`} aria-busy={busy}>
      <h2>
        {t(busy ? "imports.undoing" : "imports.undone.title")}{" "}
        {given.undone_at && <Moment at={given.undone_at} />}
      </h2>
      {busy ? (
        <Progress percent={100} status="active" showInfo={false} aria-label={t("imports.undoing")} />
      ) : (
        <>
          <Figures figures={figures} />
          <Reasons
            title={t("imports.undone.why")}
            counts={given.kept_why}
            word={(reason) => t(`imports.kept.${reason as "lead"}`)}
          />
          <KeptRows rows={given.kept_rows} />
        </>
      )}
    </section>
  );
}

/** What came of an import, while it comes and when it is taken back. */
export function ResultStep({ given }: { given: ImportDetail }) {
  if (given.state === "running") return <Running given={given} />;
  return given.state === "done" ? <Came given={given} /> : <Undone given={given} />;
}
