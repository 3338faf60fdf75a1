import { BranchesOutlined } from "@ant-design/icons";
import { App, Button, Card, Select, Space, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { JourneyDetail, JourneyVersion } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { Canvas } from "./canvas";
import { DiffList } from "./diff-list";
import { toDraft } from "./draft";
import styles from "./editor.module.css";
import { NodeDrawer } from "./node-drawer";
import { NodeList } from "./node-list";
import { type EditorView, useViewParts } from "./use-editor";
import { at, useChangeJourney, useCounts, useVersions } from "./use-journeys";

const draftNumber = 0;

/** A published version: looked at, never changed. */
function VersionView({ journey, version }: { journey: JourneyDetail; version: JourneyVersion }) {
  const isNarrow = useMediaQuery(narrow);
  const [selected, select] = useState<string | null>(null);
  const counts = useCounts(journey.id, version.number);
  const view: EditorView = {
    ...useViewParts(toDraft(version.definition), counts.data, []),
    selected,
    select,
  };
  return (
    <>
      {isNarrow ? <NodeList view={view} /> : <Canvas view={view} />}
      <NodeDrawer view={view} edit={() => undefined} onClose={() => select(null)} />
    </>
  );
}

function Restore({ journey, version }: { journey: JourneyDetail; version: JourneyVersion }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const showError = useErrorToast();
  const change = useChangeJourney();
  const restore = async () => {
    try {
      await change.mutateAsync({
        ...at(journey.id),
        body: { revision: journey.revision, draft: version.definition },
      });
      message.success(t("journeys.versions.restored", { number: version.number }));
    } catch (reason) {
      showError(reason);
    }
  };
  const ask = () =>
    modal.confirm({
      title: t("journeys.versions.restoreTitle", { number: version.number }),
      content: t("journeys.versions.restoreText"),
      okText: t("journeys.versions.restore"),
      cancelText: t("common.action.cancel"),
      onOk: restore,
    });
  return (
    <Button loading={change.isPending} onClick={() => void ask()}>
      {t("journeys.versions.restore")}
    </Button>
  );
}

/** All versions: what one was, and what differs between two, the draft among them. */
export function VersionsTab({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const versions = useVersions(journey.id);
  const [chosen, choose] = useState<number | null>(null);
  const [against, setAgainst] = useState<number>(draftNumber);
  if (versions.error && !versions.data)
    return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
  const list = versions.data ?? [];
  const shown = list.find(({ number }) => number === chosen) ?? list[0];
  if (!shown)
    return (
      versions.data && (
        <EmptyState
          icon={<BranchesOutlined />}
          title={t("journeys.versions.empty.title")}
          text={t("journeys.versions.empty.text")}
        />
      )
    );
  const other = list.find(({ number }) => number === against);
  const nameOf = (number: number) =>
    number === draftNumber ? t("journeys.status.draft") : t("journeys.versionNumber", { number });
  const numbers = list.map(({ number }) => number);
  return (
    <>
      <Card size="small" style={{ marginBottom: 14 }}>
        <div className={styles.toolbar}>
          <Select
            aria-label={t("journeys.tab.versions")}
            value={shown.number}
            options={numbers.map((number) => ({ value: number, label: nameOf(number) }))}
            onChange={choose}
          />
          <Moment at={shown.published_at} />
          {shown.number === journey.number && <Tag color="success">{t("journeys.versions.entered")}</Tag>}
          <span className={styles.grow} />
          {mayWrite && <Restore journey={journey} version={shown} />}
        </div>
        <Space wrap>
          {t("journeys.versions.against")}
          <Select
            aria-label={t("journeys.versions.against")}
            value={against}
            options={[draftNumber, ...numbers.filter((number) => number !== shown.number)].map((number) => ({
              value: number,
              label: nameOf(number),
            }))}
            onChange={setAgainst}
          />
        </Space>
        <DiffList
          from={toDraft(shown.definition)}
          to={toDraft(other?.definition ?? journey.definition ?? journey.draft)}
        />
      </Card>
      <VersionView key={shown.number} journey={journey} version={shown} />
    </>
  );
}
