import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import error from "@/i18n/zh-CN/error.json";
import { answer, clock, type Sent, startPhone } from "@/testing/phone";
import type { SidebarCustomer, SidebarMaterials } from "./api/client";
import { App } from "./app";

const customer: SidebarCustomer = {
  name: "赵建国",
  company: null,
  source: "轴承厂案例",
  member: "林晓",
  lead: null,
};

const materials: SidebarMaterials = {
  scripts: [
    { id: 1, name: "问候", category: "开场白", text: "{{name}}您好，我是{{staff}}" },
    { id: 2, name: "约演示", category: "", text: "{{company}}方便吗" },
  ],
  links: [{ title: "手册", url: "https://example.com/h", desc: "12 页", picurl: "", article: null }],
  files: [{ id: 9, type: "file", name: "手册.pdf" }],
};

const signature = { timestamp: 1, nonce: "n", signature: "s" };
const signed = { corp_id: "ww1", agent_id: 7, scripts: [], corp: signature, app: signature };
const sentPath = "/api/h5/sidebar/customers/wm1/sent";

type Client = Record<string, { err_msg: string; [name: string]: unknown }>;
let answers: Record<string, unknown>;
let sent: Sent[];
let messages: Record<string, unknown>[];
let client: Client;
let accepts: boolean[];

beforeEach(() => {
  answers = {
    "GET /api/h5/session": { userid: "linxiao", name: "林晓", csrf: "token-1", clock },
    "POST /api/h5/sidebar/signature": signed,
    "GET /api/h5/sidebar/customers/wm1": customer,
    "GET /api/h5/sidebar/materials": materials,
    [`POST ${sentPath}`]: customer,
  };
  sent = startPhone(answers);
  window.history.replaceState(null, "", "/h5/sidebar");
  messages = [];
  accepts = [];
  client = {
    getContext: { err_msg: "getContext:ok", entry: "single_chat_tools" },
    getCurExternalContact: { err_msg: "getCurExternalContact:ok", userId: "wm1" },
    sendChatMessage: { err_msg: "sendChatMessage:ok" },
  };
  window.wx = {
    config: () => undefined,
    ready: (tell) => tell(),
    error: () => undefined,
    agentConfig: (given) => {
      const { success, fail } = given as { success(): void; fail(): void };
      return (accepts.shift() ?? true) ? success() : fail();
    },
    invoke: (name, params, tell) => {
      if (name === "sendChatMessage") messages.push(params as Record<string, unknown>);
      tell(client[name] ?? { err_msg: `${name}:fail` });
    },
  };
});

afterEach(() => {
  vi.unstubAllGlobals();
  delete window.wx;
});

const reports = () => sent.filter(({ path }) => path === sentPath).map(({ body }) => JSON.parse(body));

it("sends a script with what is known filled in, and only then reports it", async () => {
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "发送：问候" }));
  await waitFor(() => expect(reports()).toHaveLength(1));
  expect(messages).toEqual([{ msgtype: "text", text: { content: "赵建国您好，我是林晓" }, enterChat: true }]);
  expect(reports()[0]).toMatchObject({ type: "text", script: 1, text: "赵建国您好，我是林晓" });
  expect(reports()[0].client_id).toMatch(/^[0-9a-f]{32}$/);
});

it("does not send a script with a gap, and says what is missing", async () => {
  render(<App />);
  expect(await screen.findByText("缺少公司，不能发送")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "发送：约演示" })).toBeDisabled();
});

it("sends a file by the id that the platform gave for it", async () => {
  answers["POST /api/h5/sidebar/files/9"] = { media_id: "m9" };
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "文件 1" }));
  await userEvent.click(screen.getByRole("button", { name: "发送：手册.pdf" }));
  await waitFor(() => expect(reports()).toHaveLength(1));
  expect(messages).toEqual([{ msgtype: "file", file: { mediaid: "m9" }, enterChat: true }]);
});

it("reports nothing where WeCom does not say that it went out", async () => {
  client.sendChatMessage = { err_msg: "sendChatMessage:fail" };
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "发送：问候" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(error.sidebar_not_sent.title);
  expect(reports()).toEqual([]);
});

it("tells the same report again when the network fails", async () => {
  delete answers[`POST ${sentPath}`];
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "发送：问候" }));
  await waitFor(() => expect(reports().length).toBe(1));
  answers[`POST ${sentPath}`] = customer;
  await waitFor(() => expect(reports().length).toBe(2), { timeout: 4_000 });
  expect(reports()[0].client_id).toBe(reports()[1].client_id);
  expect(messages).toHaveLength(1);
});

it("asks once for a fresh signature when the first is refused", async () => {
  accepts = [false, true];
  render(<App />);
  expect(await screen.findByRole("heading", { name: "赵建国" })).toBeInTheDocument();
  const asked = sent.filter(({ path }) => path === "/api/h5/sidebar/signature");
  expect(asked.map(({ body }) => JSON.parse(body).refused)).toEqual([false, true]);
});

const refusal = answer({ status: 403, code: "sidebar_not_friend", params: {} }, 403);
const changes = {
  sidebar_signature: () => accepts.push(false, false),
  sidebar_group: () => Object.assign(client.getContext ?? {}, { entry: "group_chat_tools" }),
  sidebar_outside: () => Object.assign(client.getContext ?? {}, { entry: "normal" }),
  sidebar_not_customer: () =>
    Object.assign(client, { getCurExternalContact: { err_msg: "getCurExternalContact:fail" } }),
  sidebar_no_script: () => Reflect.deleteProperty(window, "wx"),
  sidebar_not_friend: () => Object.assign(answers, { "GET /api/h5/sidebar/customers/wm1": refusal }),
};

it.each(Object.keys(changes) as (keyof typeof changes)[])(
  "says in words why it cannot be used: %s",
  async (code) => {
    changes[code]();
    render(<App />);
    expect(await screen.findByRole("heading", { name: error[code].title })).toBeInTheDocument();
  },
);

it("claims a lead that nobody has", async () => {
  answers["GET /api/h5/sidebar/customers/wm1"] = {
    ...customer,
    lead: { id: "21", stage: "lead", mine: false, staff: null, evidence: null },
  };
  answers["POST /api/h5/leads/21/claim"] = {};
  render(<App />);
  await userEvent.click(await screen.findByRole("button", { name: "领取" }));
  await waitFor(() => expect(sent.some(({ path }) => path === "/api/h5/leads/21/claim")).toBe(true));
  await waitFor(() =>
    expect(sent.filter(({ path }) => path === "/api/h5/sidebar/customers/wm1")).toHaveLength(2),
  );
});

it("says whose lead it is", async () => {
  answers["GET /api/h5/sidebar/customers/wm1"] = {
    ...customer,
    lead: { id: "21", stage: "mql", mine: false, staff: "陈屿", evidence: null },
  };
  render(<App />);
  expect(await screen.findByText(/^线索由 陈屿 跟进/)).toBeInTheDocument();
});
