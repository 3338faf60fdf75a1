import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMayWrite } from "@/api/session";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { DownloadButton } from "@/shared/components/download-button";
import { PageHead } from "@/shared/components/page-head";
import { TabBar } from "@/shared/components/tab-bar";
import { LeadBoard } from "./lead-board";
import { LeadFigures } from "./lead-figures";
import { LeadFormDrawer } from "./lead-form-drawer";
import { filterKeys, LeadFilters, LeadTable } from "./lead-table";
import { exportAddress } from "./use-leads";

function useView() {
  const [query, setQuery] = useSearchParams();
  const view = query.get("view") === "board" ? "board" : "table";
  const change = (next: "table" | "board") =>
    setQuery(
      (before) => {
        const params = new URLSearchParams(before);
        if (next === "table") params.delete("view");
        else params.set("view", next);
        return params;
      },
      { replace: true },
    );
  return { view, change } as const;
}

export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const { view, change } = useView();
  const mayWrite = useMayWrite();
  const [creating, setCreating] = useState(false);
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
      {t("leads.new")}
    </Button>
  );
  const download = mayWrite && (
    <DownloadButton
      address={exportAddress(state.filters)}
      fileName={t("leads.fileName")}
      label={t("leads.export")}
    />
  );
  return (
    <>
      <PageHead title={t("leads.title")} text={t("leads.text")} extra={download} />
      <LeadFigures />
      <TabBar
        label={t("leads.view.label")}
        tabs={(["table", "board"] as const).map((key) => ({ key, label: t(`leads.view.${key}`) }))}
        active={view}
        onChange={change}
      />
      <FilterCard state={state}>
        <LeadFilters />
      </FilterCard>
      {view === "board" ? (
        <LeadBoard filters={state.filters} />
      ) : (
        <LeadTable state={state} pool={false} actions={create} />
      )}
      {creating && <LeadFormDrawer onClose={() => setCreating(false)} />}
    </>
  );
}
