import { ApiError, toApiError } from "@/api/errors";
import { client, type SignedPage, take } from "./client";

/** What WeCom's script tells of a call: `name:ok`, or anything else. */
interface Result {
  err_msg: string;
  [name: string]: unknown;
}

interface Wx {
  config(settings: object): void;
  ready(tell: () => void): void;
  error(tell: () => void): void;
  agentConfig?(settings: object): void;
  invoke(name: string, params: object, tell: (result: Result) => void): void;
}

declare global {
  interface Window {
    wx?: Wx;
  }
}

const patience = { script: 10_000, register: 8_000, ask: 8_000, send: 60_000 };
const calls = ["getContext", "getCurExternalContact", "sendChatMessage"];
/** Where a page opens beside the chat with one customer. */
const entries = new Set(["single_chat_tools", "contact_profile"]);

function trouble(code: string, reason = ""): ApiError {
  return new ApiError(0, code, { reason });
}

/** Who does not answer in time: outside WeCom the script is there, but nobody behind it. */
function within<T>(
  milliseconds: number,
  code: string,
  start: (done: (value: T) => void, fail: (error: ApiError) => void) => void,
) {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(trouble(code)), milliseconds);
    const end = (): void => clearTimeout(timer);
    start(
      (value) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

function loadScript(address: string): Promise<void> {
  if (document.querySelector(`script[src="${CSS.escape(address)}"]`)) return Promise.resolve();
  return within(patience.script, "sidebar_no_script", (done, fail) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done(undefined);
    script.onerror = () => {
      script.remove();
      fail(trouble("sidebar_no_script"));
    };
    document.head.append(script);
  });
}

function registerCorp(wx: Wx, { corp_id, corp }: SignedPage): Promise<void> {
  return within(patience.register, "sidebar_outside", (done, fail) => {
    wx.error(() => fail(trouble("sidebar_signature")));
    wx.config({
      beta: true,
      debug: false,
      appId: corp_id,
      timestamp: corp.timestamp,
      nonceStr: corp.nonce,
      signature: corp.signature,
      jsApiList: calls,
    });
    wx.ready(() => done(undefined));
  });
}

function registerApp(wx: Wx, { corp_id, agent_id, app }: SignedPage): Promise<void> {
  return within(patience.register, "sidebar_outside", (done, fail) => {
    if (!wx.agentConfig) return fail(trouble("sidebar_no_script"));
    wx.agentConfig({
      corpid: corp_id,
      agentid: agent_id,
      timestamp: app.timestamp,
      nonceStr: app.nonce,
      signature: app.signature,
      jsApiList: calls,
      success: () => done(undefined),
      fail: () => fail(trouble("sidebar_signature")),
    });
  });
}

async function register(refused: boolean): Promise<Wx> {
  const url = window.location.href.split("#")[0] ?? "";
  const signed = await take(client.POST("/api/h5/sidebar/signature", { body: { url, refused } }));
  for (const address of signed.scripts) await loadScript(address);
  const { wx } = window;
  if (!wx) throw trouble("sidebar_no_script");
  await registerCorp(wx, signed);
  await registerApp(wx, signed);
  return wx;
}

function invoke(wx: Wx, name: string, params: object, milliseconds: number, code: string): Promise<Result> {
  return within(milliseconds, code, (done) => wx.invoke(name, params, done));
}

/** The chat beside the page: whose it is, and how something is sent there. */
export interface Chat {
  externalUserid: string;
  /** Sends; throws where WeCom does not say that it went out. */
  send(message: object): Promise<void>;
}

/** Registers the page with WeCom, once more with fresh tickets where the first are refused, and asks whose chat it is. */
export async function openChat(): Promise<Chat> {
  let wx: Wx;
  try {
    wx = await register(false);
  } catch (error) {
    if (toApiError(error).code !== "sidebar_signature") throw error;
    wx = await register(true);
  }
  const context = await invoke(wx, "getContext", {}, patience.ask, "sidebar_outside");
  if (context.entry === "group_chat_tools") throw trouble("sidebar_group");
  if (context.err_msg !== "getContext:ok" || !entries.has(String(context.entry)))
    throw trouble("sidebar_outside");
  const contact = await invoke(wx, "getCurExternalContact", {}, patience.ask, "sidebar_outside");
  if (contact.err_msg !== "getCurExternalContact:ok" || typeof contact.userId !== "string") {
    throw trouble("sidebar_not_customer");
  }
  const send = async (message: object) => {
    const params = { ...message, enterChat: true };
    const sent = await invoke(wx, "sendChatMessage", params, patience.send, "sidebar_silent");
    if (sent.err_msg !== "sendChatMessage:ok") throw trouble("sidebar_not_sent", sent.err_msg);
  };
  return { externalUserid: contact.userId, send };
}
