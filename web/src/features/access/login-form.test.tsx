import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { renderPage } from "@/testing/render";
import { LoginForm } from "./login-form";
import { safeTarget } from "./login-page";

function problem(status: number, code: string, params: object = {}): Response {
  return new Response(JSON.stringify({ status, code, params, title: code, trace_id: "t" }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

async function signIn() {
  await userEvent.type(screen.getByLabelText("账号"), "lin");
  await userEvent.type(screen.getByLabelText("密码"), "secret");
  await userEvent.click(screen.getByRole("button", { name: "登录" }));
}

afterEach(() => vi.unstubAllGlobals());

it("says that login or password is wrong", async () => {
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue(problem(401, "wrong_password")));
  renderPage(<LoginForm />);
  await signIn();
  expect(await screen.findByText("账号或密码不正确")).toBeInTheDocument();
});

it("says for how many seconds it is locked out, and waits", async () => {
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue(problem(429, "too_many_tries", { seconds: 42 })));
  renderPage(<LoginForm />);
  await signIn();
  expect(await screen.findByText("尝试次数过多，请在 42 秒后重试")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "登录" })).toBeDisabled();
});

it("says when a one-time link no longer works", () => {
  renderPage(<LoginForm />, "/login?error=link_used");
  expect(screen.getByText("链接已使用或已过期")).toBeInTheDocument();
});

it("leads back only to addresses of this console", () => {
  expect(safeTarget("/persons?page=2")).toBe("/persons?page=2");
  expect(safeTarget("//evil.example")).toBe("/");
  expect(safeTarget("/\\evil.example")).toBe("/");
  expect(safeTarget("https://evil.example")).toBe("/");
  expect(safeTarget(null)).toBe("/");
});
