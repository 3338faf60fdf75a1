import { Button, Skeleton, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Monogram } from "@/shared/components/monogram";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./segments.module.css";
import type { usePreview } from "./use-segments";

interface Props {
  preview: ReturnType<typeof usePreview>;
  isEmpty: boolean;
  onShowFault(): void;
}

function Counted({ preview, onShowFault }: Omit<Props, "isEmpty">) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data, error } = preview;
  if (error) {
    const { title, fix } = errorText(error);
    return <p className={styles.faint}>{`${title} ${fix}`}</p>;
  }
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  if (data.count === null) {
    return (
      <>
        <p className={styles.faint}>{t("segments.preview.unfinished", { count: data.faults.length })}</p>
        <Button size="small" onClick={onShowFault}>
          {t("segments.preview.show")}
        </Button>
      </>
    );
  }
  return (
    <>
      <p className={styles.count} data-behind={preview.isBehind || undefined}>
        <strong>{data.count.toLocaleString()}</strong> {t("segments.preview.persons")}
      </p>
      <ul className={styles.sample}>
        {data.sample.map(({ id, name, company }) => (
          <li key={id}>
            <Monogram name={name ?? t("common.unknownName")} />
            <Link to={`/persons/${id}`}>{name ?? t("common.unknownName")}</Link>
            {company && <span className={styles.faint}>{company}</span>}
          </li>
        ))}
      </ul>
      {data.count > data.sample.length && <p className={styles.faint}>{t("segments.preview.some")}</p>}
    </>
  );
}

/** How many persons the rule holds for as it stands, and some of them. */
export function RulePreview({ preview, isEmpty, onShowFault }: Props) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.preview}`} aria-labelledby="preview-title" aria-live="polite">
      <h2 id="preview-title">
        {t("segments.preview.title")}
        {preview.isBehind && !isEmpty && <Tag>{t("segments.preview.counting")}</Tag>}
      </h2>
      {isEmpty ? (
        <p className={styles.faint}>{t("segments.preview.empty")}</p>
      ) : (
        <Counted preview={preview} onShowFault={onShowFault} />
      )}
    </section>
  );
}
