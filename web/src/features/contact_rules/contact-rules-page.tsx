import { EditOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ContactRules } from "@/api/types";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { TabBar } from "@/shared/components/tab-bar";
import { ClassesCard } from "./classes-card";
import styles from "./contact-rules.module.css";
import { DaysCard } from "./days-card";
import { HeldTable } from "./held-table";
import { QuotasCard } from "./quotas-card";
import { RatesCard } from "./rates-card";
import { RuleList } from "./rule-list";
import { RulesDrawer } from "./rules-drawer";
import { useContactRules, useMayRule } from "./use-contact-rules";

const tabs = ["rules", "days", "refused", "waiting"] as const;
type Tab = (typeof tabs)[number];
const filterKeys: readonly "state"[] = ["state"];

function Rules({ rules }: { rules: ContactRules }) {
  return (
    <div className={styles.cards}>
      <ClassesCard values={rules.values} />
      <RuleList rules={rules} />
      <QuotasCard />
      <RatesCard rates={rules.rates} />
    </div>
  );
}

export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const query = useContactRules();
  const mayRule = useMayRule();
  const [editing, setEditing] = useState(false);
  const tab = tabs.find((each) => each === state.filters.state) ?? "rules";
  return (
    <>
      <PageHead
        title={t("contactRules.title")}
        text={t("contactRules.text")}
        extra={
          mayRule &&
          tab === "rules" && (
            <Button
              type="primary"
              icon={<EditOutlined />}
              disabled={!query.data}
              onClick={() => setEditing(true)}
            >
              {t("contactRules.edit")}
            </Button>
          )
        }
      />
      <TabBar<Tab>
        label={t("contactRules.title")}
        tabs={tabs.map((key) => ({ key, label: t(`contactRules.tab.${key}`) }))}
        active={tab}
        onChange={(key) => state.applyFilters({ state: key === "rules" ? "" : key })}
      />
      {tab === "days" && <DaysCard />}
      {(tab === "refused" || tab === "waiting") && <HeldTable key={tab} which={tab} state={state} />}
      {tab === "rules" && query.isPending && <Skeleton active paragraph={{ rows: 10 }} />}
      {tab === "rules" && query.error && !query.data && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {tab === "rules" && query.data && <Rules rules={query.data} />}
      {editing && query.data && <RulesDrawer rules={query.data} onClose={() => setEditing(false)} />}
    </>
  );
}
