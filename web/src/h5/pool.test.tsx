import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import error from "@/i18n/zh-CN/error.json";
import { answer, clock, later, now, type Sent, startPhone } from "@/testing/phone";
import type { PhoneLead, PhoneLeadCard, PhonePool, PoolLead } from "./api/client";
import { App } from "./app";

const own: PhoneLead = {
  id: "7",
  name: "赵建国",
  company: "江北轴承",
  source: "轴承厂案例",
  stage: "mql",
  score: 86,
  bucket: "new",
  arrived_at: later(-5),
  next_at: null,
  clock: { kind: "accept", due: later(25), over: false },
};

const claimed: PhoneLeadCard = {
  clock_now: clock,
  lead: { ...own, id: "21", name: "钱工", clock: { kind: "contact", due: later(5), over: false } },
  phone: "13800001234",
  external_userid: null,
  waiting_until: null,
  accepted_at: now,
  contacted_at: null,
  evidence: null,
  score_parts: [],
  qualification: { need: false, role: false, time: false, budget: false },
  follow_ups: [],
};

function pooled(changes: Partial<PoolLead> = {}): PoolLead {
  return {
    id: "21",
    name: "钱工",
    company: "海鸥泵业",
    source: "工博会",
    stage: "lead",
    score: 12,
    arrived_at: later(-200),
    ...changes,
  };
}

function pool(changes: Partial<PhonePool> = {}): PhonePool {
  return {
    clock,
    leads: [
      pooled(),
      pooled({ id: "22", name: "", company: null, source: null, score: 40, arrived_at: later(-4000) }),
    ],
    total: 2,
    claims_left: 3,
    rules: { claims_per_day: 10, contact_minutes: 5, return_days: 14 },
    ...changes,
  };
}

let answers: Record<string, unknown>;
let sent: Sent[];

beforeEach(() => {
  answers = {
    "GET /api/h5/session": { userid: "linxiao", name: "林晓", csrf: "token-1", clock },
    "GET /api/h5/leads": {
      clock,
      counts: { new: 1, overdue: 0, today: 0, later: 0 },
      leads: [own],
      pool: 2,
      tasks: 0,
    },
    "GET /api/h5/pool": pool(),
  };
  sent = startPhone(answers);
});

afterEach(() => vi.unstubAllGlobals());

it("lists the open pool beside the member's own leads, with what holds for whoever claims", async () => {
  render(<App />);
  const tabs = within(await screen.findByRole("navigation", { name: "列表" }));
  expect(tabs.getByRole("button", { name: "我的 1" })).toHaveAttribute("aria-current", "page");
  expect(sent.map(({ path }) => path)).not.toContain("/api/h5/pool");
  await userEvent.click(tabs.getByRole("button", { name: "公海 2" }));
  expect(window.location.pathname).toBe("/h5/pool");
  const rules = await screen.findByRole("region", { name: "领取规则" });
  for (const text of ["今天还能领 3 条", "每人每天 10 条", /5 分钟内首次联系/, /14 天没有新跟进/]) {
    expect(within(rules).getByText(text)).toBeInTheDocument();
  }
  const rows = screen.getAllByRole("listitem").filter((row) => within(row).queryByRole("button"));
  for (const text of ["钱工", "海鸥泵业", "工博会", "3 小时前", "12 分"]) {
    expect(within(rows[0] as HTMLElement).getByText(text)).toBeInTheDocument();
  }
  for (const text of ["未留姓名", "来源不明", "2 天前"]) {
    expect(within(rows[1] as HTMLElement).getByText(text)).toBeInTheDocument();
  }
  await userEvent.click(screen.getByRole("button", { name: "高分" }));
  expect(screen.getAllByRole("button", { name: /^领取 / })[0]).toHaveAccessibleName("领取 未留姓名");
});

it("claims by one tap and opens the lead, which says so", async () => {
  window.history.replaceState(null, "", "/h5/pool");
  answers["POST /api/h5/leads/21/claim"] = claimed;
  answers["GET /api/h5/leads/21"] = claimed;
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "领取 钱工" }));
  expect(await screen.findByText("已领取，请尽快联系")).toBeInTheDocument();
  expect(window.location.pathname).toBe("/h5/leads/21");
  expect(sent.filter(({ method }) => method === "POST")).toMatchObject([
    { path: "/api/h5/leads/21/claim", csrf: "token-1" },
  ]);
});

it("says who was faster, and shows the pool as it is now", async () => {
  window.history.replaceState(null, "", "/h5/pool");
  answers["POST /api/h5/leads/21/claim"] = answer(
    { status: 409, code: "lead_taken", params: { staff: "王强" } },
    409,
  );
  render(<App />);
  const button = await screen.findByRole("button", { name: "领取 钱工" });
  answers["GET /api/h5/pool"] = pool({ leads: [], total: 0 });
  await userEvent.click(button);
  expect(await screen.findByRole("alert")).toHaveTextContent("王强 快了一步");
  expect(await screen.findByText("公海是空的")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "公海 0" })).toBeInTheDocument();
  expect(window.location.pathname).toBe("/h5/pool");
});

it("lets nobody tap when the day's claims are used up", async () => {
  window.history.replaceState(null, "", "/h5/pool");
  answers["GET /api/h5/pool"] = pool({ claims_left: 0 });
  render(<App />);
  expect(await screen.findByText("今天的名额用完了，明天再来")).toBeInTheDocument();
  for (const button of screen.getAllByRole("button", { name: /^领取 / })) expect(button).toBeDisabled();
});

it("keeps the member's own list in reach when the pool does not come", async () => {
  window.history.replaceState(null, "", "/h5/pool");
  answers["GET /api/h5/pool"] = answer({ status: 500, code: "internal" }, 500);
  render(<App />);
  expect(await screen.findByRole("alert")).toHaveTextContent(error.internal.title);
  await userEvent.click(screen.getByRole("button", { name: "我的 1" }));
  expect(await screen.findByText("赵建国")).toBeInTheDocument();
  expect(window.location.pathname).toBe("/h5");
});
