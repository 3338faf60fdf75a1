import Popup from "antd-mobile/es/components/popup";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import css from "./sheet.module.css";

interface Props {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A sheet from below. */
export function Sheet({ title, open, onClose, children }: Props) {
  const { t } = useTranslation();
  const heading = useId();
  return (
    <Popup visible={open} onMaskClick={onClose} onClose={onClose} destroyOnClose bodyClassName={css.body}>
      <div role="dialog" aria-modal="true" aria-labelledby={heading}>
        <header className={css.head}>
          <h2 id={heading}>{title}</h2>
          <button type="button" onClick={onClose} aria-label={t("h5.close")}>
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
              <path
                d="m6 6 12 12M18 6 6 18"
                fill="none"
                stroke="currentColor"
                strokeWidth="2"
                strokeLinecap="round"
              />
            </svg>
          </button>
        </header>
        {children}
      </div>
    </Popup>
  );
}
