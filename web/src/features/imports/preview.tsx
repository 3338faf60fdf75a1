import { useTranslation } from "react-i18next";
import type { ImportDetail } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./imports.module.css";

/** The first rows as the file has them. */
export function Preview({ given }: { given: ImportDetail }) {
  const { t } = useTranslation();
  const caption = t("imports.preview", {
    count: given.samples.length,
    rows: formatNumber(given.rows),
  });
  return (
    <section className={`card ${styles.part}`}>
      <h2>{caption}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keys */}
      <section className={styles.scroll} aria-label={caption} tabIndex={0}>
        <table className={styles.rows}>
          <thead>
            <tr>
              <th scope="col">{t("imports.line")}</th>
              {given.columns.map((column, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns may be called the same, and none ever moves
                <th scope="col" key={`${at} ${column}`}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {given.samples.map(({ number, cells }) => (
              <tr key={number}>
                <td className={styles.faint}>{number}</td>
                {given.columns.map((column, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the same
                  <td key={`${at} ${column}`}>{cells[at]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
