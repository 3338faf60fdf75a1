import { useCallback, useState } from "react";
import { type ApiError, toApiError } from "@/api/errors";
import { client, type SentReport, type SidebarCustomer, type SidebarMaterials, take } from "../api/client";
import { useResource } from "../api/use-resource";
import { type Chat, openChat } from "../api/wecom";

interface Opened {
  chat: Chat;
  customer: SidebarCustomer;
  materials: SidebarMaterials;
}

export interface Sending {
  /** The one that is on its way. */
  busy: string | null;
  failed: ApiError | null;
  /** Counts what went out. */
  sent: number;
  forget(): void;
  send(key: string, message: () => Promise<object>, report: Omit<SentReport, "client_id">): Promise<void>;
}

const pauses = [0, 1_000, 3_000];

const path = (external_userid: string) => ({ params: { path: { external_userid } } });

function newClientId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** The server notes a report once however often it hears it, so it may be told again when the network failed. */
async function tell(external: string, body: SentReport): Promise<SidebarCustomer> {
  let last: unknown;
  for (const pause of pauses) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      return await take(
        client.POST("/api/h5/sidebar/customers/{external_userid}/sent", { ...path(external), body }),
      );
    } catch (error) {
      last = error;
      if (toApiError(error).status !== 0) break;
    }
  }
  throw toApiError(last);
}

/** The chat beside the page, who the customer is, and what can be sent. */
export function useSidebar() {
  const load = useCallback(async (): Promise<Opened> => {
    const chat = await openChat();
    const [customer, materials] = await Promise.all([
      take(client.GET("/api/h5/sidebar/customers/{external_userid}", path(chat.externalUserid))),
      take(client.GET("/api/h5/sidebar/materials")),
    ]);
    return { chat, customer, materials };
  }, []);
  return useResource(load, false);
}

/** Sends by WeCom, and tells the server only of what WeCom says went out. */
export function useSending({ chat }: Opened, onCustomer: (customer: SidebarCustomer) => void): Sending {
  const [busy, setBusy] = useState<string | null>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const [sent, setSent] = useState(0);
  const send: Sending["send"] = async (key, message, report) => {
    setBusy(key);
    setFailed(null);
    try {
      await chat.send(await message());
      setSent((count) => count + 1);
      onCustomer(await tell(chat.externalUserid, { ...report, client_id: newClientId() }));
    } catch (error) {
      setFailed(toApiError(error));
    } finally {
      setBusy(null);
    }
  };
  const forget = useCallback(() => {
    setFailed(null);
    setSent(0);
  }, []);
  return { busy, failed, sent, forget, send };
}

export type { Opened };
