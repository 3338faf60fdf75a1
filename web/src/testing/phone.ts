import i18next from "i18next";
import error from "@/i18n/zh-CN/error.json";
import h5 from "@/i18n/zh-CN/h5.json";

/** World time of the phone's tests. */
export const now = "2026-11-25T06:00:00Z";
export const clock = { now, rate: 1 };

export function later(minutes: number): string {
  return new Date(Date.parse(now) + minutes * 60_000).toISOString();
}

export interface Sent {
  method: string;
  path: string;
  body: string;
  csrf: string | null;
}

/** An answer with a status, for what is not simply the JSON of a 200. */
export function answer(body: unknown, status = 200): Response {
  const kind = status < 400 ? "application/json" : "application/problem+json";
  return new Response(JSON.stringify(body), { status, headers: { "content-type": kind } });
}

/**
 * A phone at the list, in Chinese, and a server that answers by method and path; whatever it has no answer for finds
 * no network. `sent` is what the page asked.
 */
export function startPhone(answers: Record<string, unknown>): Sent[] {
  i18next.addResourceBundle("zh-CN", "translation", { h5, error }, true, true);
  const sent: Sent[] = [];
  window.history.replaceState(null, "", "/h5");
  window.scrollTo = () => undefined;
  HTMLElement.prototype.setPointerCapture = () => undefined;
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    const body = request.method === "GET" ? "" : await request.text();
    sent.push({ method: request.method, path, body, csrf: request.headers.get("X-CSRF-Token") });
    const found = answers[`${request.method} ${path}`];
    if (found instanceof Response) return found.clone();
    if (found === undefined) throw new TypeError("no network");
    return answer(found);
  });
  return sent;
}
