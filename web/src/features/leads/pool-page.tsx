import { useTranslation } from "react-i18next";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { PageHead } from "@/shared/components/page-head";
import { filterKeys, LeadFilters, LeadTable } from "./lead-table";

/** 公海: leads that no member has. */
export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  return (
    <>
      <PageHead title={t("leads.pool.title")} text={t("leads.pool.text")} />
      <FilterCard state={state}>
        <LeadFilters pool />
      </FilterCard>
      <LeadTable state={state} pool actions={null} />
    </>
  );
}
