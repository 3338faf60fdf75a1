import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client, setCsrf } from "./client";
import { toApiError } from "./errors";
import type { Role, Session } from "./types";

export const sessionKey = ["get", "/api/session"] as const;

/** Who is signed in; null when nobody is. */
export async function fetchSession(): Promise<Session | null> {
  try {
    const { data } = await client.GET("/api/session");
    setCsrf(data?.csrf ?? "");
    return data ?? null;
  } catch (error) {
    if (toApiError(error).status === 401) return null;
    throw error;
  }
}

export function useSession() {
  return useQuery({ queryKey: sessionKey, queryFn: fetchSession, staleTime: 5 * 60_000 });
}

/** The session inside the signed-in part of the console. */
export function useSignedIn(): Session {
  const { data } = useSession();
  if (!data) throw new Error("useSignedIn outside the signed-in part");
  return data;
}

/** Roles that may change what operators work on (sources, dead letters). */
export function useMayWrite(): boolean {
  const role: Role = useSignedIn().user.role;
  return role !== "sdr";
}

export function putSession(queries: QueryClient, session: Session | null): void {
  setCsrf(session?.csrf ?? "");
  queries.setQueryData(sessionKey, session);
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: { login: string; password: string }) => {
      const { data } = await client.POST("/api/session", { body });
      return data as Session;
    },
    onSuccess: (session) => putSession(queries, session),
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.DELETE("/api/session"),
    onSuccess: () => {
      // The session first: what is on screen belongs to it and must not be asked for once more without it.
      putSession(queries, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== sessionKey[1] });
    },
  });
}
