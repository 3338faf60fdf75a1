import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { ApiError } from "@/api/errors";
import { renderPage } from "@/testing/render";
import { DataTable } from "./data-table";
import { FilterCard } from "./filter-card";
import type { Column, TableQuery } from "./types";
import { useTableState } from "./use-table-state";

interface Fruit {
  id: string;
  name: string;
}

const columns: Column<Fruit>[] = [
  { key: "name", title: "Name", fixed: true, render: ({ name }) => name },
  { key: "id", title: "Number", render: ({ id }) => id },
];

function answer(items: Fruit[], total = items.length): TableQuery<Fruit> {
  return {
    data: { items, total },
    error: null,
    isPending: false,
    isFetching: false,
    isPlaceholderData: false,
    refetch: vi.fn(),
  };
}

const pears: Fruit[] = [
  { id: "1", name: "Pear" },
  { id: "2", name: "Quince" },
];

function Table({ query, onBulk }: { query: TableQuery<Fruit>; onBulk?: (rows: Fruit[]) => void }) {
  const state = useTableState(["search"]);
  return (
    <>
      <FilterCard state={state}>
        <Form.Item name="search" label="Search">
          <Input />
        </Form.Item>
      </FilterCard>
      <DataTable<Fruit>
        name="fruit"
        label="Fruit"
        columns={columns}
        rowKey={({ id }) => id}
        query={query}
        state={state}
        empty={<p>Nothing here</p>}
        {...(onBulk && { bulk: (rows) => <Button onClick={() => onBulk(rows)}>Eat</Button> })}
      />
    </>
  );
}

describe("DataTable", () => {
  it("shows rows and which of how many they are", () => {
    renderPage(<Table query={answer(pears, 57)} />);
    expect(screen.getByText("Quince")).toBeInTheDocument();
    expect(screen.getByText("第 1-10 条/总共 57 条")).toBeInTheDocument();
  });

  it("keeps page and filters in the address", async () => {
    const { router } = renderPage(<Table query={answer(pears, 57)} />, "/?page=2&search=pe");
    expect(screen.getByLabelText("Search")).toHaveValue("pe");
    expect(screen.getByText("第 11-20 条/总共 57 条")).toBeInTheDocument();
    await userEvent.click(screen.getByTitle("3"));
    expect(router.state.location.search).toBe("?page=3&search=pe");
    await userEvent.clear(screen.getByLabelText("Search"));
    await userEvent.type(screen.getByLabelText("Search"), "qui{Enter}");
    expect(router.state.location.search).toBe("?search=qui");
    await userEvent.click(screen.getByRole("button", { name: "重置" }));
    expect(router.state.location.search).toBe("");
    expect(screen.getByLabelText("Search")).toHaveValue("");
  });

  it("refuses page sizes nobody offers", () => {
    renderPage(<Table query={answer(pears, 57)} />, "/?size=1000000&page=-3");
    expect(screen.getByText("第 1-10 条/总共 57 条")).toBeInTheDocument();
  });

  it("shows what to do when there is nothing", () => {
    renderPage(<Table query={answer([])} />);
    expect(screen.getByText("Nothing here")).toBeInTheDocument();
    expect(screen.queryByRole("table")).not.toBeInTheDocument();
  });

  it("says what went wrong and tries again", async () => {
    const query = { ...answer([]), data: undefined, error: new ApiError(503, "overloaded") };
    renderPage(<Table query={query} />);
    expect(screen.getByRole("alert")).toHaveTextContent("服务器正忙");
    await userEvent.click(within(screen.getByRole("alert")).getByRole("button"));
    expect(query.refetch).toHaveBeenCalledOnce();
  });

  it("acts on selected rows", async () => {
    const onBulk = vi.fn();
    renderPage(<Table query={answer(pears)} onBulk={onBulk} />);
    const [, first] = screen.getAllByRole("checkbox");
    await userEvent.click(first as HTMLElement);
    expect(screen.getByText("已选 1 项")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Eat" }));
    expect(onBulk).toHaveBeenCalledWith([pears[0]]);
  });

  it("hides columns and remembers it", async () => {
    const { unmount } = renderPage(<Table query={answer(pears)} />);
    await userEvent.click(screen.getByRole("button", { name: "列设置" }));
    await userEvent.click(await screen.findByRole("checkbox", { name: "Number" }));
    expect(screen.queryByRole("columnheader", { name: "Number" })).not.toBeInTheDocument();
    unmount();
    renderPage(<Table query={answer(pears)} />);
    expect(screen.queryByRole("columnheader", { name: "Number" })).not.toBeInTheDocument();
    expect(screen.getByRole("columnheader", { name: "Name" })).toBeInTheDocument();
  });
});

describe("fresh rows", () => {
  function rowOf(name: string): HTMLElement {
    return screen.getByText(name).closest("tr") as HTMLElement;
  }

  it("marks what came in since the first look, and nothing after a change of page", async () => {
    let show: (query: TableQuery<Fruit>) => void = () => undefined;
    function Live() {
      const [query, setQuery] = useState(answer(pears));
      show = setQuery;
      return <Table query={query} />;
    }
    const { router } = renderPage(<Live />);
    expect(rowOf("Pear").className).not.toMatch(/fresh/);
    act(() => show(answer([{ id: "3", name: "Medlar" }, ...pears])));
    expect(rowOf("Medlar").className).toMatch(/fresh/);
    expect(rowOf("Pear").className).not.toMatch(/fresh/);
    await act(() => router.navigate("/?page=2"));
    act(() => show(answer([{ id: "4", name: "Fig" }])));
    await act(() => router.navigate("/?page=3"));
    expect(rowOf("Fig").className).not.toMatch(/fresh/);
  });
});
