import { ContactsOutlined } from "@ant-design/icons";
import { Form, Input, Select, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite, useSignedIn } from "@/api/session";
import type { Person } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { PageHead } from "@/shared/components/page-head";
import { Share } from "@/shared/components/share";
import { TabBar } from "@/shared/components/tab-bar";
import { BulkActs } from "./bulk-acts";
import styles from "./persons.module.css";
import { usePersonColumns } from "./use-person-columns";
import { type PersonFilter, usePersonList, useTagOptions } from "./use-persons";

const filterKeys: readonly PersonFilter[] = ["search", "kind", "state_code", "resolved", "tag", "company"];
const tabs = ["all", "external_contact", "follower", "phone_only", "visitor"] as const;
/** Sources offered in the filter; more are found by the search of the source page. */
const sourcesOffered = 100;

function Filters() {
  const { t } = useTranslation();
  const sources = $api.useQuery("get", "/api/sources", { params: { query: { size: sourcesOffered } } });
  const options = (sources.data?.items ?? []).map(({ state_code, name }) => ({
    value: state_code,
    label: name,
  }));
  const tags = useTagOptions().map(({ value, label }) => ({ value: String(value), label }));
  return (
    <>
      <Form.Item name="search" label={t("persons.filter.search")}>
        <Input allowClear data-search maxLength={100} placeholder={t("persons.filter.searchPlaceholder")} />
      </Form.Item>
      <Form.Item name="state_code" label={t("persons.filter.source")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("persons.filter.sourceAll")}
          options={options}
        />
      </Form.Item>
      <Form.Item name="tag" label={t("persons.filter.tag")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("persons.filter.tagAll")}
          options={tags}
        />
      </Form.Item>
      <Form.Item name="resolved" label={t("persons.filter.resolved")}>
        <Select
          allowClear
          placeholder={t("persons.filter.resolvedAll")}
          options={[
            { value: "true", label: t("persons.resolved.yes") },
            { value: "false", label: t("persons.resolved.no") },
          ]}
        />
      </Form.Item>
    </>
  );
}

function Unresolved({ part, whole }: { part: number; whole: number }) {
  const { t } = useTranslation();
  return (
    <Tooltip title={t("persons.unresolvedHint")}>
      <span className={styles.unresolved}>
        {t("persons.unresolved")} <Share part={part} whole={whole} />
      </span>
    </Tooltip>
  );
}

function Nobody({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  const key = filtered ? "emptyFiltered" : "empty";
  const action = demo && !filtered && (
    <a href={demo.simulator_url} target="_blank" rel="noreferrer">
      {t("shell.simulator")}
    </a>
  );
  return (
    <EmptyState
      icon={<ContactsOutlined />}
      title={t(`persons.${key}.title`)}
      text={t(`persons.${key}.text`)}
      action={action}
    />
  );
}

export function Page() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const state = useTableState(filterKeys);
  const list = usePersonList(state);
  const columns = usePersonColumns();
  const mayWrite = useMayWrite();
  const open = (person: Person) => void navigate(`/persons/${person.id}`);
  return (
    <>
      <PageHead title={t("persons.title")} text={t("persons.text")} />
      <TabBar
        label={t("persons.column.kinds")}
        tabs={tabs.map((key) => ({ key, label: t(`persons.tab.${key}`) }))}
        active={tabs.find((key) => key === state.filters.kind) ?? "all"}
        onChange={(kind) => state.applyFilters({ kind: kind === "all" ? "" : kind })}
      />
      <FilterCard state={state}>
        <Filters />
      </FilterCard>
      <DataTable
        name="persons"
        label={t("persons.title")}
        columns={columns}
        rowKey={({ id }) => id}
        query={list}
        state={state}
        onOpen={open}
        {...(mayWrite && {
          bulk: (persons: Person[], clear: () => void) => <BulkActs persons={persons} onDone={clear} />,
        })}
        lead={
          list.data && !list.data.more && <Unresolved part={list.data.unresolved} whole={list.data.total} />
        }
        empty={<Nobody filtered={Object.values(state.filters).some(Boolean)} />}
      />
    </>
  );
}
