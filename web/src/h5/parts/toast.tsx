import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/errors";
import css from "./toast.module.css";

const shownFor = 2600;

interface Props {
  said: string;
  failed: ApiError | null;
  onGone: () => void;
}

/** What came of a tap, for a moment; what failed stays until it is tapped away. */
export function Toast({ said, failed, onGone }: Props) {
  const { t, i18n } = useTranslation();
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(onGone, shownFor);
    return () => clearTimeout(timer);
  }, [said, onGone]);
  if (failed !== null) {
    const known = (i18n.exists(`error.${failed.code}.title`) ? failed.code : "internal") as "internal";
    return (
      <div className={`${css.toast} ${css.failed}`} role="alert">
        <span>
          <b>{t(`error.${known}.title`, failed.params)}</b>
          <small>{t(`error.${known}.fix`, { reason: "", ...failed.params })}</small>
        </span>
        <button type="button" onClick={onGone} aria-label={t("h5.close")}>
          ×
        </button>
      </div>
    );
  }
  return said === "" ? null : (
    <div className={css.toast} role="status">
      {said}
    </div>
  );
}
