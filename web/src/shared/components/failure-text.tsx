import { useTranslation } from "react-i18next";
import type { Failure } from "@/api/types";
import { useFailureText } from "@/shared/hooks/use-failure-text";
import styles from "./failure-text.module.css";

/** Why a platform refused: the cause in words, what to do, and the platform's own number. */
export function FailureText({ failure }: { failure: Failure }) {
  const { t } = useTranslation();
  const { cause, fix, errcode } = useFailureText()(failure);
  return (
    <div className={styles.failure}>
      <p className={styles.cause}>{cause}</p>
      {fix && <p>{fix}</p>}
      {errcode !== null && <p className={styles.code}>{t("errcode.label", { errcode })}</p>}
    </div>
  );
}
