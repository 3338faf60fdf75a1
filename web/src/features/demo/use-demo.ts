import { useMutation } from "@tanstack/react-query";
import { $api, client } from "@/api/client";

export function useDemo() {
  return $api.useQuery("get", "/api/demo", {});
}

export interface Walk {
  name: string;
  article: string;
  outcome: string;
  staff: string;
  phone: string;
  staffPhone: string | null;
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const glance = 1200;

/** Somebody new reads an article, scans the code at its foot and adds a member; `onStep` hears of each step. */
export function useStranger(onStep: (walk: Partial<Walk>) => void) {
  return useMutation({
    mutationFn: async () => {
      const made = await client.POST("/api/demo/strangers");
      const stranger = made.data;
      if (!stranger) throw new Error("no stranger");
      onStep({ name: stranger.name, phone: stranger.phone_url });
      const params = { path: { person: stranger.person } };
      const read = await client.POST("/api/demo/strangers/{person}/read", {
        params,
        body: { article: "bearing" },
      });
      onStep({ article: read.data?.title ?? "" });
      await pause(glance);
      const scan = await client.POST("/api/demo/strangers/{person}/scan", {
        params,
        body: { article: "bearing" },
      });
      if (!scan.data) throw new Error("no scan");
      onStep({
        outcome: scan.data.outcome,
        staff: scan.data.staff,
        phone: scan.data.phone_url,
        staffPhone: scan.data.staff_phone_url,
      });
    },
  });
}

/** The lead that somebody of this name has become; looked for until it is there. */
export function useLeadOf(name: string | undefined) {
  const { data } = $api.useQuery(
    "get",
    "/api/leads",
    { params: { query: { search: name ?? "", size: 1 } } },
    { enabled: Boolean(name), refetchInterval: ({ state }) => (state.data?.items.length ? false : 700) },
  );
  return name ? data?.items[0] : undefined;
}
