import { keepPreviousData } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { useSignedIn } from "@/api/session";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { formatLongDay } from "@/shared/format/format";
import { useNow } from "@/shared/hooks/use-now";
import { usePreferences } from "@/shared/hooks/use-preferences";
import { Figures } from "./figures";
import { LatestPersons } from "./latest-persons";
import { Onboarding } from "./onboarding";
import styles from "./overview.module.css";

export function Page() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const { locale } = usePreferences();
  const now = useNow();
  const overview = $api.useQuery("get", "/api/overview", {}, { placeholderData: keepPreviousData });
  const { data } = overview;
  return (
    <>
      <PageHead
        title={t("shell.menu.workbench")}
        text={t("overview.hello", { name: user.name, day: formatLongDay(now, locale) })}
      />
      {overview.isPending && <Skeleton active paragraph={{ rows: 10 }} />}
      {overview.error && !data && (
        <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />
      )}
      {data && (
        <>
          <Figures counts={data.counts} />
          <div className={styles.columns}>
            <LatestPersons overview={data} />
            <Onboarding checklist={data.checklist} />
          </div>
        </>
      )}
    </>
  );
}
