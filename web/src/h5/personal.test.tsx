import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { clock, type Sent, startPhone } from "@/testing/phone";
import { App } from "./app";

const account = { id: 3, name: "李娜微信", day: "2026-10-01", friends: 8000, is_due: true };

let answers: Record<string, unknown>;
let sent: Sent[];

beforeEach(() => {
  answers = {
    "GET /api/h5/session": { userid: "lina", name: "李娜", csrf: "token-1", clock },
    "GET /api/h5/personal-accounts": [account],
    "PUT /api/h5/personal-accounts/3/friends": [{ ...account, friends: 8123 }],
  };
  sent = startPhone(answers);
  window.history.replaceState(null, "", "/h5/personal-accounts");
});

afterEach(() => vi.unstubAllGlobals());

it("takes the number of friends that the phone shows", async () => {
  render(<App />);
  const field = await screen.findByLabelText(/李娜微信/);
  expect(screen.getByText("上次 2026-10-01：8,000")).toBeInTheDocument();
  const button = screen.getByRole("button", { name: "报数" });
  expect(button).toBeDisabled();
  await userEvent.type(field, "8123");
  await userEvent.click(button);
  expect(await screen.findByText("已记下")).toBeInTheDocument();
  const put = sent.find(({ path }) => path === "/api/h5/personal-accounts/3/friends");
  expect(put?.body).toBe('{"friends":8123}');
});

it("says that it was not noted, and keeps what was typed", async () => {
  delete answers["PUT /api/h5/personal-accounts/3/friends"];
  render(<App />);
  const field = await screen.findByLabelText(/李娜微信/);
  await userEvent.type(field, "8123");
  await userEvent.click(screen.getByRole("button", { name: "报数" }));
  expect(await screen.findByText("没有记下，请重试")).toBeInTheDocument();
  expect(field).toHaveValue(8123);
});

it("says when there is none", async () => {
  answers["GET /api/h5/personal-accounts"] = [];
  render(<App />);
  expect(await screen.findByText("你没有登记的个人号。")).toBeInTheDocument();
});
