import { Button, Form } from "antd";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import styles from "./data-table.module.css";
import type { TableState } from "./use-table-state";

interface Props {
  state: TableState<string>;
  /** `Form.Item`s named like the table's filters. */
  children: ReactNode;
}

/** Filters above a table: nothing is asked of the server before the search button or Enter. */
export function FilterCard({ state, children }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Record<string, string | undefined>>();

  useEffect(() => {
    form.setFieldsValue(
      Object.fromEntries(Object.entries(state.filters).map(([key, value]) => [key, value || undefined])),
    );
  }, [form, state.filters]);

  const submit = (values: Record<string, string | undefined>) =>
    state.applyFilters(
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, (value ?? "").trim()])),
    );

  return (
    <Form form={form} name="filters" role="search" className={`card ${styles.filters}`} onFinish={submit}>
      {children}
      <div className={styles.filterButtons}>
        <Button htmlType="button" onClick={state.resetFilters}>
          {t("common.action.reset")}
        </Button>
        <Button type="primary" ghost htmlType="submit">
          {t("common.action.query")}
        </Button>
      </div>
    </Form>
  );
}
