import type { WriteKey } from "@/api/types";

export type Form = "page" | "sdk" | "curl" | "python";

export const formsOf: Record<WriteKey["kind"], Form[]> = {
  public: ["page", "sdk"],
  server: ["curl", "python"],
};

const page = (address: string, key: string) => `<script>
  const uid = () => crypto.randomUUID?.() ?? Date.now().toString(36) + Math.random().toString(36).slice(2);
  const here = new URL(location.href);
  const visitor = (localStorage.weloop_visitor =
    here.searchParams.get("ajs_aid") ?? localStorage.weloop_visitor ?? uid());
  const page = { url: location.href, path: location.pathname, title: document.title };
  const tell = (type, more) =>
    fetch("${address}/v1/" + type, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "text/plain" },
      body: JSON.stringify({
        writeKey: "${key}",
        messageId: uid(),
        anonymousId: visitor,
        timestamp: new Date(),
        context: { page },
        ...more,
      }),
    });
  tell("page");
  // tell("track", { event: "Demo Booked", properties: { plan: "pro" } });
  here.searchParams.delete("ajs_aid");
  history.replaceState(history.state, "", here);
</script>`;

const sdk = (address: string, key: string) => `import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load({
  writeKey: "${key}",
  cdnURL: "${address}",
});
analytics.page();
analytics.track("Demo Booked", { plan: "pro" });`;

const curl = (address: string, key: string) => `curl ${address}/v1/identify -u ${key}: -d '{
  "userId": "42", "anonymousId": "…",
  "traits": {"name": "Lin Li", "company": "ACME", "phone": "13800001111"}
}'
curl ${address}/v1/track -u ${key}: -d '{
  "userId": "42", "event": "Demo Booked", "messageId": "order-7",
  "properties": {"plan": "pro"}
}'`;

const python = (
  address: string,
  key: string,
) => `import segment.analytics as analytics  # pip install segment-analytics-python

analytics.write_key = "${key}"
analytics.host = "${address}"
analytics.identify("42", {"name": "Lin Li", "phone": "13800001111"})
analytics.track("42", "Demo Booked", {"plan": "pro"})
analytics.flush()`;

const texts: Record<Form, (address: string, key: string) => string> = { page, sdk, curl, python };

/** What to paste where, with this key. */
export function snippet(form: Form, address: string, key: string): string {
  return texts[form](address, key);
}
