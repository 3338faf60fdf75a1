import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { SignedInContext } from "@/api/session";
import type { Account, Session } from "@/api/types";
import { renderPage } from "@/testing/render";
import { AccountTroubles } from "./account-troubles";

const brake = {
  what: "leaving",
  capability: "",
  errcode: 0,
  reason: "",
  lately: 37,
  usual: 6.4286,
  off_until: null as string | null,
  since: "2026-11-30T00:00:00Z",
};

function show(trouble: object, role = "admin") {
  const account = { id: 2, name: "服务号", troubles: [trouble] } as Account;
  renderPage(
    <SignedInContext value={{ user: { role } } as Session}>
      <AccountTroubles account={account} />
    </SignedInContext>,
  );
}

const lift = () => screen.queryByRole("button", { name: "提前恢复" });

afterEach(() => vi.unstubAllGlobals());

it("says how many leave, and lets an administrator end it with a reason only", async () => {
  const asked: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push([request.method, new URL(request.url).pathname, await request.json()]);
    return new Response(null, { status: 204 });
  });
  show(brake);
  expect(screen.getByText(/37 人删除员工或取消关注，平时每天约 6.4 人/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "提前恢复" }));
  const confirm = screen.getAllByRole("button", { name: "提前恢复" }).at(-1) as HTMLElement;
  await userEvent.click(confirm);
  expect(await screen.findByText("请写明原因")).toBeInTheDocument();
  expect(asked).toEqual([]);
  await userEvent.type(screen.getByLabelText("原因与依据"), "已核实");
  await userEvent.click(confirm);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked).toEqual([["POST", "/api/doctor/accounts/2/brakes/leaving/lift", { reason: "已核实" }]]);
});

it("offers it to nobody else, nor twice, nor for what the platform says", () => {
  show(brake, "operator");
  expect(lift()).toBeNull();
  show({ ...brake, off_until: "2026-12-01T00:00:00Z" });
  expect(screen.getByText(/营销消息照常发送/)).toBeInTheDocument();
  expect(lift()).toBeNull();
  show({ ...brake, what: "blocked", errcode: 48004, reason: "banned" });
  expect(lift()).toBeNull();
});
