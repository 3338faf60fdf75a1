import { useTranslation } from "react-i18next";
import css from "./waiting.module.css";

/** Grey shapes of what will stand here. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <main className={css.page} aria-busy="true" aria-label={t("h5.waiting")}>
      <div className={css.title} />
      <div className={css.figures} />
      {[0, 1, 2].map((row) => (
        <div className={css.row} key={row} />
      ))}
    </main>
  );
}
