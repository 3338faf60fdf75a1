import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { renderPage } from "@/testing/render";
import { useTypeLabel } from "./node-labels";
import { nodeTypes } from "./node-types";
import { Palette } from "./palette";
import type { Words } from "./use-words";

const picked = vi.fn<(type: string) => void>();

function Shown({ last = true }: { last?: boolean }) {
  const words = { type: useTypeLabel() } as Words;
  return <Palette words={words} last={last} onPick={picked} onClose={() => {}} />;
}

/** By section the names of its types. */
const offered = (): Record<string, number> =>
  Object.fromEntries(
    screen
      .getAllByRole("region")
      .map((each) => [each.getAttribute("aria-label") ?? "", within(each).getAllByRole("button").length]),
  );

it("keeps what is rarely needed under 高级, after all else, and every type in one place", () => {
  renderPage(<Shown />);
  const advanced = screen.getByRole("region", { name: "高级" });
  const names = within(advanced)
    .getAllByRole("button")
    .map(({ textContent }) => textContent);
  expect(names).toEqual(["推送给其他系统", "进入另一流程", "退出另一流程"]);
  const regions = offered();
  expect(Object.keys(regions).at(-1)).toBe("高级");
  expect(Object.values(regions).reduce((sum, count) => sum + count, 0)).toBe(Object.keys(nodeTypes).length);
});

it("finds a rare type by its name, and Enter takes it", async () => {
  renderPage(<Shown last={false} />);
  expect(screen.queryByRole("button", { name: "结束" })).toBeNull();
  await userEvent.type(screen.getByRole("textbox", { name: /搜索/ }), "退出{Enter}");
  expect(Object.keys(offered())).toEqual(["高级"]);
  expect(picked).toHaveBeenCalledExactlyOnceWith("leave_journey");
});
