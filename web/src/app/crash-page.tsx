import { ReloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";
import { EmptyState } from "@/shared/components/empty-state";

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** What a page shows in its place when its code fails. */
export function CrashPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <main role="alert">
      <EmptyState
        asPage
        icon={<ReloadOutlined />}
        title={t("shell.crash.title")}
        text={t("shell.crash.text")}
        action={
          <>
            <p>
              <code>{describe(error)}</code>
            </p>
            <Button type="primary" onClick={() => window.location.reload()}>
              {t("shell.crash.reload")}
            </Button>
          </>
        }
      />
    </main>
  );
}
