import { useTranslation } from "react-i18next";
import css from "./list-problem.module.css";

/** The list cannot be shown; the page around it stands. */
export function ListProblem({ code, onRetry }: { code: string; onRetry: () => Promise<void> }) {
  const { t, i18n } = useTranslation();
  const known = (i18n.exists(`error.${code}.title`) ? code : "internal") as "internal";
  return (
    <div className={css.empty} role="alert">
      <b>{t(`error.${known}.title`)}</b>
      <p>{t(`error.${known}.fix`, { reason: "" })}</p>
      <button type="button" className={css.retry} onClick={() => void onRetry()}>
        {t("h5.problem.retry")}
      </button>
    </div>
  );
}
