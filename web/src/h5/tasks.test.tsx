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
  expect(within(row).getByText(/赵建国/)).toBeInTheDocument();
  answers["GET /api/h5/tasks"] = { clock, tasks: [] };
  await userEvent.click(within(row).getByRole("button", { name: "完成：打电话回访" }));
  expect(await screen.findByText("没有待办任务")).toBeInTheDocument();
  expect(sent.find(({ path }) => path === "/api/h5/tasks/9/end")?.body).toBe('{"outcome":"done"}');
});

it("says why an answer was not taken, and shows the list anew", async () => {
  delete answers["POST /api/h5/tasks/9/end"];
  window.history.replaceState(null, "", "/h5/tasks");
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "做不了：打电话回访" }));
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  expect(screen.getByText("打电话回访")).toBeInTheDocument();
});
