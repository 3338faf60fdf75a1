import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Account } from "@/api/types";
import { renderPage } from "@/testing/render";
import { FollowReplyDrawer } from "./follow-reply-drawer";

const accounts = [
  { id: 1, name: "服务号" },
  { id: 2, name: "订阅号" },
] as Account[];
const replies = ["欢迎关注服务号", "欢迎订阅"];

afterEach(() => vi.unstubAllGlobals());

it("shows what each account answers, and nobody saves before that is known", async () => {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  vi.stubGlobal("fetch", async ({ url }: Request) => {
    await asked;
    return Response.json({ text: replies[Number(url.at(-1)) - 1] });
  });
  renderPage(<FollowReplyDrawer accounts={accounts} onClose={() => undefined} />);
  expect(screen.queryByRole("button", { name: "保存" })).toBeNull();
  answer();
  expect(await screen.findByLabelText("关注后回复")).toHaveValue("欢迎关注服务号");
  await userEvent.click(screen.getByRole("combobox"));
  await userEvent.click(await screen.findByTitle("订阅号"));
  await waitFor(() => expect(screen.getByLabelText("关注后回复")).toHaveValue("欢迎订阅"));
});
