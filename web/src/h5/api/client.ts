import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, readProblem } from "@/api/errors";
import type { components, paths } from "@/api/schema";

type Schemas = components["schemas"];
export type PhoneSession = Schemas["PhoneSession"];
export type PhoneDesk = Schemas["PhoneDesk"];
export type PhonePool = Schemas["PhonePool"];
export type PhoneTasks = Schemas["PhoneTasks"];
export type PhoneTask = Schemas["PhoneTask"];
export type PoolLead = Schemas["PoolLead"];
export type PhoneLead = Schemas["PhoneLead"];
export type PhoneLeadCard = Schemas["PhoneLeadCard"];
export type Qualification = Schemas["Qualification"];
export type Reason = Schemas["LeadClosing"]["reason"];
export type WeekReport = Schemas["WeekReport"];
export type SidebarCustomer = Schemas["SidebarCustomer"];
export type SidebarMaterials = Schemas["SidebarMaterials"];
export type SentReport = Schemas["Report"];
export type SignedPage = Schemas["SignedPage"];
export type PhonePersonal = Schemas["PhonePersonal"];
export type WorldNow = Schemas["WorldNow"];

let csrf = "";

/**
 * The token goes with every request, reading ones too: where another member signed in meanwhile in this browser,
 * the server refuses instead of showing that member's leads on this page.
 */
export function setCsrf(token: string): void {
  csrf = token;
}

const middleware: Middleware = {
  onRequest({ request }) {
    if (csrf !== "") request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await readProblem(response);
    return undefined;
  },
  onError() {
    return new ApiError(0, "offline");
  },
};

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: (request: Request) => fetch(request),
});
client.use(middleware);

/** What an answer holds; the middleware has thrown already where there is none. */
export async function take<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  return data as T;
}
