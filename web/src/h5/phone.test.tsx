import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import error from "@/i18n/zh-CN/error.json";
import { answer, clock, later, now, type Sent, startPhone } from "@/testing/phone";
import type { PhoneDesk, PhoneLead, PhoneLeadCard } from "./api/client";
import { App } from "./app";

function lead(changes: Partial<PhoneLead> = {}): PhoneLead {
  return {
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
    ...changes,
  };
}

function card(changes: Partial<PhoneLeadCard> = {}): PhoneLeadCard {
  return {
    clock_now: clock,
    lead: lead(),
    phone: "13800001234",
    external_userid: "wm1",
    waiting_until: null,
    accepted_at: null,
    contacted_at: null,
    evidence: null,
    score_parts: [
      { signal: "added", kind: "engagement", points: 10 },
      { signal: "group_speech", kind: "engagement", points: null },
      { signal: "industry", kind: "fit", points: null },
    ],
    qualification: { need: true, role: false, time: false, budget: false },
    follow_ups: [],
    ...changes,
  };
}

const desk: PhoneDesk = {
  clock,
  counts: { new: 1, overdue: 1, today: 0, later: 0 },
  pool: 2,
  tasks: 1,
  leads: [
    lead(),
    lead({ id: "8", name: "王工", bucket: "overdue", clock: null, next_at: later(-60), stage: "accepted" }),
  ],
};

type Answers = Record<string, unknown>;
let answers: Answers;
let sent: Sent[];

beforeEach(() => {
  answers = {
    "GET /api/h5/session": { userid: "linxiao", name: "林晓", csrf: "token-1", clock },
    "GET /api/h5/leads": desk,
    "GET /api/h5/leads/7": card(),
  };
  sent = startPhone(answers);
});

afterEach(() => vi.unstubAllGlobals());

it("lists the member's leads with their clocks, and one kind alone when its figure is tapped", async () => {
  render(<App />);
  const fresh = await screen.findByRole("region", { name: "新线索" });
  expect(within(fresh).getByText("赵建国")).toBeInTheDocument();
  expect(within(fresh).getByText(/^接单 (25:00|24:5\d)$/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: /逾期$/ }));
  expect(screen.queryByText("赵建国")).toBeNull();
  expect(screen.getByText("王工")).toBeInTheDocument();
});

it("tells the moment, not the hours, when a night lies before the end of a clock", async () => {
  answers["GET /api/h5/leads/7"] = card({
    lead: lead({ clock: { kind: "accept", due: later(19 * 60 + 25), over: false } }),
  });
  window.history.replaceState(null, "", "/h5/leads/7");
  render(<App />);
  expect(await screen.findByText("现在不在班，上班后继续计时")).toBeInTheDocument();
  expect(screen.getByRole("timer")).toHaveTextContent("明天 09:25");
});

it("accepts a lead by one tap, with the session's token", async () => {
  const accepted = card({
    accepted_at: now,
    lead: lead({ stage: "accepted", clock: { kind: "contact", due: later(5), over: false } }),
  });
  answers["POST /api/h5/leads/7/accept"] = accepted;
  render(<App />);
  await userEvent.click(await screen.findByText("赵建国"));
  expect(window.location.pathname).toBe("/h5/leads/7");
  await userEvent.click(await screen.findByRole("button", { name: "接单" }));
  expect(await screen.findByRole("button", { name: "已联系" })).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "拨号" })).toHaveAttribute("href", "tel:13800001234");
  expect(sent.find(({ method }) => method === "POST")).toMatchObject({ csrf: "token-1" });
});

it("shows by what evidence a contact is known, and that a signal has no source", async () => {
  window.history.replaceState(null, "", "/h5/leads/7");
  answers["GET /api/h5/leads/7"] = card({
    accepted_at: now,
    contacted_at: now,
    evidence: "kf",
    lead: lead({ clock: null }),
  });
  render(<App />);
  expect(await screen.findByText("凭据：微信客服里的回复")).toBeInTheDocument();
  expect(screen.getByText("无数据源")).toBeInTheDocument();
});

it("saves a follow-up only with the next time", async () => {
  window.history.replaceState(null, "", "/h5/leads/7");
  answers["GET /api/h5/leads/7"] = card({
    accepted_at: now,
    contacted_at: now,
    evidence: "marked",
    lead: lead({ clock: null }),
  });
  answers["POST /api/h5/leads/7/follow-ups"] = card({ follow_ups: [] });
  render(<App />);
  // The sheet takes no pointer until it has come up, which needs frames that jsdom does not draw.
  const user = userEvent.setup({ pointerEventsCheck: 0 });
  await user.click(await screen.findByRole("button", { name: "写跟进" }));
  await user.type(await screen.findByLabelText("跟进内容"), "约了演示");
  expect(screen.getByRole("button", { name: "请选下次跟进时间" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "明天 10:00" }));
  await user.click(screen.getByRole("button", { name: "保存" }));
  await screen.findByText("已保存跟进");
  const body = JSON.parse(sent.find(({ method }) => method === "POST")?.body ?? "{}");
  expect(body).toEqual({ note: "约了演示", next_at: "2026-11-26T02:00:00.000Z" });
});

it("keeps what it showed when the network goes, and says so", async () => {
  render(<App />);
  await screen.findByText("赵建国");
  delete answers["GET /api/h5/leads"];
  act(() => void window.dispatchEvent(new Event("online")));
  expect(await screen.findByText(/^网络不通/)).toBeInTheDocument();
  expect(screen.getByText("赵建国")).toBeInTheDocument();
});

it("asks WeCom again when another member came in meanwhile", async () => {
  render(<App />);
  await screen.findByText("赵建国");
  answers["GET /api/h5/leads"] = answer({ status: 403, code: "csrf" }, 403);
  act(() => void window.dispatchEvent(new Event("online")));
  expect(await screen.findByRole("button", { name: "重新打开" })).toBeInTheDocument();
  expect(screen.queryByText("赵建国")).toBeNull();
});

it.each(["h5_state", "h5_code", "h5_not_a_member", "h5_no_account", "h5_platform", "nonsense"])(
  "says what went wrong on the way in: %s",
  async (code) => {
    window.history.replaceState(null, "", `/h5?error=${code}`);
    render(<App />);
    const known = error[code as "h5_state"] ?? error.internal;
    expect(await screen.findByRole("heading", { name: known.title })).toBeInTheDocument();
    expect(sent).toEqual([]);
  },
);

it("says that a refused act was refused, and shows the lead as it is now", async () => {
  window.history.replaceState(null, "", "/h5/leads/7");
  answers["POST /api/h5/leads/7/accept"] = answer({ status: 409, code: "conflict", params: {} }, 409);
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "接单" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(error.conflict.title);
  expect(sent.filter(({ path }) => path === "/api/h5/leads/7").length).toBe(2);
});
