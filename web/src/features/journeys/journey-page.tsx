import { Skeleton, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { useMayWrite } from "@/api/session";
import type { JourneyDetail } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { TabBar } from "@/shared/components/tab-bar";
import { DryRunTab } from "./dry-run-tab";
import { EditorTab } from "./editor-tab";
import { JourneyActs } from "./journey-acts";
import { JourneyStatus } from "./journey-status";
import { RenameButton } from "./rename-button";
import { RunsTab } from "./runs-tab";
import { useJourney } from "./use-journeys";
import { VersionsTab } from "./versions-tab";

/** The tabs of a journey; each shows one side of it. */
const tabs = {
  editor: EditorTab,
  dryRun: DryRunTab,
  runs: RunsTab,
  versions: VersionsTab,
} as const satisfies Record<string, React.ComponentType<{ journey: JourneyDetail }>>;
type Tab = keyof typeof tabs;
const order = Object.keys(tabs) as Tab[];

export function Page() {
  const { t } = useTranslation();
  const { id } = useParams();
  const [query, setQuery] = useSearchParams();
  const journey = useJourney(Number(id));
  const mayWrite = useMayWrite();
  if (journey.error && !journey.data)
    return <ErrorState error={journey.error} onRetry={() => void journey.refetch()} fullPage />;
  if (!journey.data) return <Skeleton active paragraph={{ rows: 10 }} />;
  const tab = order.find((each) => each === query.get("tab")) ?? "editor";
  const Shown = tabs[tab];
  return (
    <>
      <PageHead
        title={journey.data.name}
        extra={
          <Space wrap>
            <JourneyStatus journey={journey.data} />
            {mayWrite && <RenameButton journey={journey.data} />}
            {mayWrite && <JourneyActs journey={journey.data} />}
          </Space>
        }
      />
      <TabBar<Tab>
        label={journey.data.name}
        tabs={order.map((key) => ({ key, label: t(`journeys.tab.${key}`) }))}
        active={tab}
        onChange={(key) => setQuery({ tab: key })}
      />
      <Shown journey={journey.data} />
    </>
  );
}
