import { CompassOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EmptyState } from "@/shared/components/empty-state";
import { useTitle } from "@/shared/hooks/use-title";

export function NotFoundPage() {
  const { t } = useTranslation();
  useTitle(t("shell.notFound.title"));
  return (
    <EmptyState
      asPage
      icon={<CompassOutlined />}
      title={t("shell.notFound.title")}
      text={t("shell.notFound.text")}
      action={
        <Link to="/">
          <Button type="primary" tabIndex={-1}>
            {t("shell.notFound.home")}
          </Button>
        </Link>
      }
    />
  );
}
