import { Button, Skeleton, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { RuleCount } from "@/api/types";
import { Monogram } from "@/shared/components/monogram";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./segments.module.css";
import type { usePreview } from "./use-segments";

interface Props {
  preview: ReturnType<typeof usePreview>;
  isEmpty: boolean;
  onShowFault(): void;
}

/** The figure; one from a sample says so, and how far it may be off. */
function Figure({ found, preview }: { found: RuleCount; preview: Props["preview"] }) {
  const { t } = useTranslation();
  const { isBehind, isCounting, gaveUp } = preview;
  const [low, high] = [found.low.toLocaleString(), found.high.toLocaleString()];
  return (
    <>
      <p className={styles.count} data-behind={isBehind || undefined}>
        {!found.exact && `${t("segments.preview.about")} `}
        <strong>{found.count.toLocaleString()}</strong> {t("segments.preview.persons")}
      </p>
      {!found.exact && (
        <p className={styles.faint}>
          {t("segments.preview.estimated", { low, high })}
          {isCounting && ` ${t("segments.preview.exactFollows")}`}
          {gaveUp && ` ${t("segments.preview.noExact")}`}
        </p>
      )}
    </>
  );
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
  const { found } = data;
  if (found === null) {
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
      <Figure found={found} preview={preview} />
      <ul className={styles.sample}>
        {found.sample.map(({ id, name, company }) => (
          <li key={id}>
            <Monogram name={name ?? t("common.unknownName")} />
            <Link to={`/persons/${id}`}>{name ?? t("common.unknownName")}</Link>
            {company && <span className={styles.faint}>{company}</span>}
          </li>
        ))}
      </ul>
      {found.count > found.sample.length && <p className={styles.faint}>{t("segments.preview.some")}</p>}
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
