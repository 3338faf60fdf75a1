import { Pagination, Skeleton, Table } from "antd";
import { type Key, type ReactNode, type TdHTMLAttributes, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatNumber } from "@/shared/format/format";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { useStored } from "@/shared/hooks/use-stored";
import { ErrorState } from "../error-state";
import styles from "./data-table.module.css";
import { SelectionBar } from "./selection-bar";
import { type Density, TableTools } from "./table-tools";
import type { Column, TableQuery } from "./types";
import { useFreshKeys } from "./use-fresh-keys";
import { pageSizes, type TableState } from "./use-table-state";

interface Props<Row> {
  /** Names the table where the browser remembers density and columns. */
  name: string;
  label: string;
  columns: Column<Row>[];
  rowKey(row: Row): string;
  query: TableQuery<Row>;
  state: TableState<string>;
  /** Instead of rows when there are none. */
  empty: ReactNode;
  /** At the left of the bar above the rows. */
  lead?: ReactNode;
  /** At the right: what creates. */
  actions?: ReactNode;
  /** Actions on selected rows; rows can be selected when given. */
  bulk?: (rows: Row[], clear: () => void) => ReactNode;
  onOpen?: (row: Row) => void;
}

/** On a phone each cell stands below its own title. */
function toAntd<Row>(columns: Column<Row>[], isNarrow: boolean) {
  return columns.map(({ key, title, render, width, align, sticky }) => ({
    key,
    title,
    width,
    align: isNarrow ? undefined : align,
    className: sticky ? styles.sticky : undefined,
    onCell: () => ({ "data-label": title }) as TdHTMLAttributes<unknown>,
    render: (_: unknown, row: Row) => render(row),
  }));
}

function useSelection<Row>(rows: Row[], rowKey: (row: Row) => string) {
  const [keys, setKeys] = useState<Key[]>([]);
  const selected = rows.filter((row) => keys.includes(rowKey(row)));
  return { selected, setKeys, clear: () => setKeys([]) };
}

function TablePager({ state, total, more }: { state: TableState<string>; total: number; more: boolean }) {
  const { t } = useTranslation();
  return (
    <Pagination
      className={styles.pager}
      current={state.page}
      pageSize={state.size}
      total={total}
      showSizeChanger={{ "aria-label": t("table.pageSize") }}
      pageSizeOptions={pageSizes}
      showTotal={(all, [from, to]) =>
        t("table.range", { from, to, total: `${formatNumber(all)}${more ? "+" : ""}` })
      }
      onChange={(page, size) => state.goTo(size === state.size ? page : 1, size)}
    />
  );
}

/** A table whose pages, filters and rows come from the server. */
export function DataTable<Row>(props: Props<Row>) {
  const { name, label, columns, rowKey, query, state, empty, lead, actions, bulk, onOpen } = props;
  const [density, setDensity] = useStored<Density>(`weloop.table.${name}.density`, "middle");
  const [hidden, setHidden] = useStored<string[]>(`weloop.table.${name}.hidden`, []);
  const isNarrow = useMediaQuery(narrow);
  const rows = query.data?.items ?? [];
  const total = query.data?.total ?? 0;
  const { selected, setKeys, clear } = useSelection(rows, rowKey);
  const listName = JSON.stringify([state.page, state.size, state.filters]);
  const fresh = useFreshKeys(query.data && !query.isPlaceholderData ? rows.map(rowKey) : undefined, listName);

  return (
    <section className={`card ${styles.table}`} aria-label={label}>
      <div className={styles.bar}>
        <div className={styles.lead}>{lead}</div>
        <TableTools
          columns={columns}
          hidden={hidden}
          onHide={setHidden}
          density={density}
          onDensity={setDensity}
          fetching={query.isFetching}
          onRefresh={() => void query.refetch()}
        />
        {actions}
      </div>
      {bulk && selected.length > 0 && (
        <SelectionBar count={selected.length} onClear={clear}>
          {bulk(selected, clear)}
        </SelectionBar>
      )}
      {query.isPending && (
        <Skeleton active className={styles.loading} paragraph={{ rows: 8 }} title={false} />
      )}
      {query.error !== null && query.data === undefined && !query.isPending && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data && rows.length === 0 && empty}
      {rows.length > 0 && (
        <div className={styles.scroll}>
          <Table<Row>
            columns={toAntd(
              columns.filter(({ key }) => !hidden.includes(key)),
              isNarrow,
            )}
            dataSource={rows}
            rowKey={rowKey}
            size={density}
            pagination={false}
            rowClassName={(row) => (fresh.has(rowKey(row)) ? (styles.fresh ?? "") : "")}
            rowSelection={bulk && { selectedRowKeys: selected.map(rowKey), onChange: setKeys }}
            onRow={onOpen && ((row) => ({ onDoubleClick: () => onOpen(row) }))}
          />
        </div>
      )}
      {total > 0 && <TablePager state={state} total={total} more={query.data?.more ?? false} />}
    </section>
  );
}
