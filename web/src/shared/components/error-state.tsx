import { CloudOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./state.module.css";

interface Props {
  error: unknown;
  onRetry?: () => void;
  fullPage?: boolean;
}

/** Instead of content that could not be loaded: what happened, what to do, and a way to try again. */
export function ErrorState({ error, onRetry, fullPage = false }: Props) {
  const { t } = useTranslation();
  const { title, fix, traceId } = useErrorText()(error);
  return (
    <div className={fullPage ? `${styles.state} ${styles.fullPage}` : styles.state} role="alert">
      <span className={`${styles.badge} ${styles.bad}`}>
        <CloudOutlined />
      </span>
      <p className={styles.title}>{title}</p>
      <p className={styles.text}>{fix}</p>
      {traceId && <p className={styles.trace}>{t("shell.traceId", { id: traceId })}</p>}
      {onRetry && <Button onClick={onRetry}>{t("common.action.retry")}</Button>}
    </div>
  );
}
