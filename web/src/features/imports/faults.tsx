import { useTranslation } from "react-i18next";
import type { ImportDetail } from "@/api/types";
import { DownloadButton } from "@/shared/components/download-button";
import { formatNumber } from "@/shared/format/format";
import styles from "./imports.module.css";

interface ReasonsProps {
  title: string;
  counts: Record<string, number>;
  word(reason: string): string;
}

/** How often each reason, the most frequent first. */
export function Reasons({ title, counts, word }: ReasonsProps) {
  const rows = Object.entries(counts).sort(([, one], [, other]) => other - one);
  if (rows.length === 0) return null;
  return (
    <div>
      <h3 className={styles.reasonsTitle}>{title}</h3>
      <ul className={styles.reasons}>
        {rows.map(([reason, count]) => (
          <li key={reason}>
            <span>{word(reason)}</span>
            <span className="tabular">{formatNumber(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What is wrong with the rows that stay out, and the file to mend them by. */
export function Faults({ given }: { given: ImportDetail }) {
  const { t } = useTranslation();
  if (given.faulty === 0) return null;
  return (
    <section className={`card ${styles.part}`}>
      <div className={styles.bar}>
        <h2>{t("imports.faults.title", { rows: formatNumber(given.faulty) })}</h2>
        <DownloadButton
          address={`/api/imports/${given.id}/faults.csv`}
          fileName={`${given.name}-faults.csv`}
          label={t("imports.faults.download")}
        />
      </div>
      <p className={styles.faint}>{t("imports.faults.text")}</p>
      <Reasons
        title={t("imports.faults.reasons")}
        counts={given.faults}
        word={(reason) => t(`imports.fault.${reason as "phone"}`)}
      />
    </section>
  );
}
