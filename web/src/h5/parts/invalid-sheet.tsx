import { useTranslation } from "react-i18next";
import type { Reason } from "../api/client";
import css from "./invalid-sheet.module.css";
import { Sheet } from "./sheet";

const reasons = ["no_need", "competitor", "student", "wrong_contact", "unreachable", "duplicate"] as const;

interface Props {
  open: boolean;
  busy: boolean;
  onClose: () => void;
  onChoose: (reason: Reason) => void;
}

/** Why it is no lead: one tap. */
export function InvalidSheet({ open, busy, onClose, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("h5.invalid.title")} open={open} onClose={onClose}>
      <p className={css.hint}>{t("h5.invalid.hint")}</p>
      <ul className={css.reasons}>
        {reasons.map((reason) => (
          <li key={reason}>
            <button type="button" disabled={busy} onClick={() => onChoose(reason)}>
              {t(`h5.invalid.${reason}`)}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
