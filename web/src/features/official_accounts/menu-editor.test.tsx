import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { SignedInContext } from "@/api/session";
import type { AccountMenu, Session } from "@/api/types";
import { renderPage } from "@/testing/render";
import { MenuEditor } from "./menu-editor";

const version = (id: number, reply: string) => ({
  id,
  status: "live",
  buttons: [{ name: "资料", type: "click", key: `k${id}`, reply, url: "", sub: [] }],
});
const menu = (id: number, reply: string) =>
  ({ versions: [version(id, reply)], live: null }) as unknown as AccountMenu;

const admin = { user: { role: "admin" } } as Session;

/** Beside the editor, somebody else's version arrives. */
function Page() {
  const [given, setGiven] = useState(menu(1, "在这里"));
  return (
    <SignedInContext.Provider value={admin}>
      <button type="button" onClick={() => setGiven(menu(2, "别人写的"))}>
        others
      </button>
      <MenuEditor accountId={7} menu={given} taken={null} />
    </SignedInContext.Provider>
  );
}

const reply = () => screen.getByLabelText("回复内容");
const others = () => userEvent.click(screen.getByRole("button", { name: "others" }));

afterEach(() => vi.unstubAllGlobals());

it("shows what others publish while nothing was typed", async () => {
  renderPage(<Page />);
  expect(reply()).toHaveValue("在这里");
  await others();
  await waitFor(() => expect(reply()).toHaveValue("别人写的"));
});

it("keeps what was typed when others publish, and does not publish over theirs unseen", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (asked: Request) => {
    sent.push(((await asked.json()) as { based_on: number }).based_on);
    return Response.json(menu(3, "我写的"));
  });
  renderPage(<Page />);
  const user = userEvent.setup({ pointerEventsCheck: 0 });
  await user.clear(reply());
  await user.type(reply(), "我写的");
  await others();
  expect(reply()).toHaveValue("我写的");
  await user.click(screen.getByRole("button", { name: /发布$/ }));
  await user.click(await screen.findByRole("button", { name: "发布" }));
  await waitFor(() => expect(sent).toEqual([1]));
});
