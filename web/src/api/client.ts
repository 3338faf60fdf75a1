import createClient, { type Middleware } from "openapi-fetch";
import createQueryHooks from "openapi-react-query";
import { ApiError, readProblem } from "./errors";
import type { paths } from "./schema";

let csrf = "";
const signedOutListeners = new Set<() => void>();

/** The token every writing request carries; it comes with the session. */
export function setCsrf(token: string): void {
  csrf = token;
}

export function csrfToken(): string {
  return csrf;
}

/** Calls back when the server no longer knows the session. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

const middleware: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    const error = await readProblem(response);
    if (error.status === 401 && !new URL(request.url).pathname.endsWith("/api/session")) {
      for (const listener of signedOutListeners) listener();
    }
    throw error;
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

/** Typed query and mutation hooks over the server's OpenAPI description. */
export const $api = createQueryHooks(client);
