import { CheckCircleOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { Letter } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { PageHead } from "@/shared/components/page-head";
import { TabBar } from "@/shared/components/tab-bar";
import { LetterActions } from "./letter-actions";
import { ParkedRuns } from "./parked-runs";
import { useLetterColumns } from "./use-letter-columns";
import { type LetterFilter, type LetterKind, useLetterList } from "./use-letters";

const kinds: LetterKind[] = ["command", "event"];
const filterKeys: readonly LetterFilter[] = ["kind"];

const tabs = [...kinds, "run"] as const;

/** What failed for good: sends, events, and runs of journeys. */
export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const active = tabs.find((each) => each === state.filters.kind) ?? "command";
  return (
    <>
      <PageHead title={t("letters.title")} text={t("letters.text")} />
      <TabBar
        label={t("letters.title")}
        tabs={tabs.map((key) => ({ key, label: t(`letters.tab.${key}`) }))}
        active={active}
        onChange={(key) => state.applyFilters({ kind: key === "command" ? "" : key })}
      />
      {active === "run" ? <ParkedRuns /> : <Letters kind={active} />}
    </>
  );
}

function Letters({ kind }: { kind: LetterKind }) {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useLetterList(state);
  const columns = useLetterColumns();
  const mayWrite = useMayWrite();
  return (
    <DataTable<Letter>
      // A selection belongs to one kind.
      key={kind}
      name="letters"
      label={t("letters.title")}
      columns={columns}
      rowKey={(letter) => `${letter.kind}-${letter.id}`}
      query={list}
      state={state}
      lead={t(`letters.about.${kind}`)}
      empty={
        <EmptyState
          icon={<CheckCircleOutlined />}
          title={t("letters.empty.title")}
          text={t("letters.empty.text")}
        />
      }
      {...(mayWrite && { bulk: (letters, clear) => <LetterActions letters={letters} onDone={clear} /> })}
    />
  );
}
