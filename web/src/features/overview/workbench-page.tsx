import { keepPreviousData } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import { useSignedIn } from "@/api/session";
import type { Overview } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { PathStrip } from "@/shared/components/path-strip/path-strip";
import { formatLongDay } from "@/shared/format/format";
import { useNow } from "@/shared/hooks/use-now";
import { usePath, usePathReport } from "@/shared/hooks/use-paths";
import { usePreferences } from "@/shared/hooks/use-preferences";
import { Figures } from "./figures";
import { Headline } from "./headline";
import { Onboarding } from "./onboarding";
import styles from "./overview.module.css";
import { Ticker } from "./ticker";
import { Todos } from "./todos";

/** The same with the path whose hops the first page shows. */
function WithPath({ overview, id }: { overview: Overview; id: number }) {
  const navigate = useNavigate();
  const path = usePath(id).data;
  const report = usePathReport(id, 28, useNow()).data;
  return (
    <>
      <Headline overview={overview} path={path} report={report} />
      <Figures overview={overview} />
      {path && report ? (
        <PathStrip
          path={path}
          report={report}
          selected={report.weakest?.hop ?? ""}
          onSelect={(hop) => void navigate(`/paths/${id}?hop=${hop}`)}
        />
      ) : (
        <Skeleton active paragraph={{ rows: 2 }} />
      )}
    </>
  );
}

function Board({ overview }: { overview: Overview }) {
  const complete = overview.checklist.every(({ done }) => done);
  return (
    <>
      {overview.path_id === null ? (
        <>
          <Headline overview={overview} />
          <Figures overview={overview} />
        </>
      ) : (
        <WithPath overview={overview} id={overview.path_id} />
      )}
      <div className={styles.columns}>
        <Ticker ticker={overview.ticker} />
        <div className={styles.side}>
          <Todos todos={overview.todos} />
          {!complete && <Onboarding checklist={overview.checklist} />}
        </div>
      </div>
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const { locale } = usePreferences();
  const now = useNow();
  const overview = $api.useQuery("get", "/api/overview", {}, { placeholderData: keepPreviousData });
  return (
    <>
      <PageHead
        title={t("shell.menu.workbench")}
        text={t("overview.hello", { name: user.name, day: formatLongDay(now, locale) })}
      />
      {overview.isPending && <Skeleton active paragraph={{ rows: 10 }} />}
      {overview.error && !overview.data && (
        <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />
      )}
      {overview.data && <Board overview={overview.data} />}
    </>
  );
}
