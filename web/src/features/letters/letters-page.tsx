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
import { useLetterColumns } from "./use-letter-columns";
import { type LetterFilter, type LetterKind, useLetterList } from "./use-letters";

const kinds: LetterKind[] = ["command", "event"];
const filterKeys: readonly LetterFilter[] = ["kind"];

export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useLetterList(state);
  const columns = useLetterColumns();
  const mayWrite = useMayWrite();
  const kind: LetterKind = state.filters.kind === "event" ? "event" : "command";
  return (
    <>
      <PageHead title={t("letters.title")} text={t("letters.text")} />
      <TabBar
        label={t("letters.title")}
        tabs={kinds.map((key) => ({ key, label: t(`letters.tab.${key}`) }))}
        active={kind}
        onChange={(key) => state.applyFilters({ kind: key === "command" ? "" : key })}
      />
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
    </>
  );
}
