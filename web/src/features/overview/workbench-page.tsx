import { useTranslation } from "react-i18next";
import { useTitle } from "@/shared/hooks/use-title";

export function Page() {
  const { t } = useTranslation();
  useTitle(t("shell.menu.workbench"));
  return <h1>{t("shell.menu.workbench")}</h1>;
}
