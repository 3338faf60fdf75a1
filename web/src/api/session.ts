import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
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

/** Who is signed in, for the signed-in part of the console, which is gone once nobody is. */
export const SignedInContext = createContext<Session | null>(null);

export function useSignedIn(): Session {
  const session = useContext(SignedInContext);
  if (session === null) throw new Error("useSignedIn outside the signed-in part");
  return session;
}

/** Roles that may change what operators work on (sources, dead letters). */
export function useMayWrite(): boolean {
  const role: Role = useSignedIn().user.role;
  return role !== "sdr";
}

/** Another user, or nobody: what the last one saw is forgotten. The session first, for what is on screen belongs to it. */
export function putSession(queries: QueryClient, session: Session | null): void {
  setCsrf(session?.csrf ?? "");
  queries.setQueryData(sessionKey, session);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== sessionKey[1] });
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
    onSuccess: () => putSession(queries, null),
  });
}
