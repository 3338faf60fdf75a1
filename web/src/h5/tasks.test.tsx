import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { clock, later, type Sent, startPhone } from "@/testing/phone";
import type { PhoneTask } from "./api/client";
import { App } from "./app";

const call: PhoneTask = {
  id: "9",
  person: "赵建国",
  title: "打电话回访",
  note: "问问试用",
  due_at: later(60),
  script: { name: "回访", text: "{{name}}您好，我是{{staff}}", company: null, staff: "李娜" },
};

let answers: Record<string, unknown>;
let sent: Sent[];

beforeEach(() => {
  answers = {
    "GET /api/h5/session": { userid: "lina", name: "李娜", csrf: "token-1", clock },
    "GET /api/h5/leads": {
      clock,
      counts: { new: 0, overdue: 0, today: 0, later: 0 },
      leads: [],
      pool: 0,
      tasks: 1,
    },
    "GET /api/h5/tasks": { clock, tasks: [call] },
    "POST /api/h5/tasks/9/end": { clock, tasks: [] },
  };
  sent = startPhone(answers);
  window.history.replaceState(null, "", "/h5");
});

afterEach(() => vi.unstubAllGlobals());

it("shows the tasks of the member beside the leads, and takes what came of one", async () => {
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "任务 1" }));
  const row = await screen.findByRole("listitem");
  expect(within(row).getByText("打电话回访")).toBeInTheDocument();
  expect(within(row).getByText(/^赵建国 · /)).toBeInTheDocument();
  answers["GET /api/h5/tasks"] = { clock, tasks: [] };
  await userEvent.click(within(row).getByRole("button", { name: "完成：打电话回访" }));
  expect(await screen.findByText("没有待办任务")).toBeInTheDocument();
  expect(sent.find(({ path }) => path === "/api/h5/tasks/9/end")?.body).toBe('{"outcome":"done"}');
});

it("shows what is to be said, and copies it; with a gap in it, it does not", async () => {
  window.history.replaceState(null, "", "/h5/tasks");
  const written = vi.fn(async (_: string) => undefined);
  vi.stubGlobal("navigator", Object.create(navigator, { clipboard: { value: { writeText: written } } }));
  const gap = { ...call, id: "10", title: "约演示" };
  const script = { name: "约演示", text: "{{company}}方便吗", company: null, staff: "李娜" };
  answers["GET /api/h5/tasks"] = {
    clock,
    tasks: [call, { ...gap, script }, { ...gap, id: "11", script: null }],
  };
  render(<App />);
  const [said, open, none] = await screen.findAllByRole("listitem");
  expect(within(said as HTMLElement).getByText("赵建国您好，我是李娜")).toBeInTheDocument();
  await userEvent.click(within(said as HTMLElement).getByRole("button", { name: "复制话术" }));
  expect(await screen.findByRole("button", { name: "已复制" })).toBeInTheDocument();
  expect(written).toHaveBeenCalledExactlyOnceWith("赵建国您好，我是李娜");
  expect(within(open as HTMLElement).getByRole("button", { name: "复制话术" })).toBeDisabled();
  expect(within(none as HTMLElement).queryByRole("button", { name: "复制话术" })).toBeNull();
});

it("says why an answer was not taken, and shows the list anew", async () => {
  delete answers["POST /api/h5/tasks/9/end"];
  window.history.replaceState(null, "", "/h5/tasks");
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "做不了：打电话回访" }));
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  expect(screen.getByText("打电话回访")).toBeInTheDocument();
});
