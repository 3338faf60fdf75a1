import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/shared/hooks/use-error-text";

/** An error beside the thing that caused it. */
export function ErrorAlert({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const { title, fix, traceId } = useErrorText()(error);
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 16 }}
      title={title}
      description={
        <>
          {fix}
          {traceId && <div style={{ fontSize: 12 }}>{t("shell.traceId", { id: traceId })}</div>}
        </>
      }
    />
  );
}
