import { useTranslation } from "react-i18next";
import { formatClock } from "@/shared/format/format";
import type { Resource } from "../api/use-resource";
import css from "./stale-notice.module.css";

/** What is on screen is old because the server did not answer; says so, and of when it is. */
export function StaleNotice({ resource }: { resource: Omit<Resource<unknown>, "put"> }) {
  const { t } = useTranslation();
  if (resource.error === null || resource.data === null) return null;
  return (
    <div role="status" className={css.notice}>
      <span>{t("h5.stale.text", { clock: formatClock(new Date(resource.at)) })}</span>
      <button type="button" onClick={() => void resource.reload()}>
        {t("h5.problem.retry")}
      </button>
    </div>
  );
}
