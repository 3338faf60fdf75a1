import type { QueryClient } from "@tanstack/react-query";

/** Which paths of the API show data of which topic. `person:<id>` is reduced to `person`. */
const pathsOfTopic: Record<string, readonly string[]> = {
  accounts: ["/api/accounts", "/api/overview"],
  staff: ["/api/staff", "/api/overview"],
  sources: ["/api/sources", "/api/overview"],
  group_chats: ["/api/group-chats", "/api/join-ways"],
  paths: ["/api/paths"],
  persons: ["/api/persons", "/api/overview"],
  dead_letters: ["/api/dead-letters", "/api/overview"],
  outbox: ["/api/dead-letters", "/api/overview", "/api/sources", "/api/join-ways"],
};

type PathParams = { params?: { path?: { person_id?: string } } };

function concerns(queryKey: readonly unknown[], topic: string): boolean {
  const path = queryKey[1];
  if (typeof path !== "string") return false;
  if (topic.startsWith("person:")) {
    const id = (queryKey[2] as PathParams | undefined)?.params?.path?.person_id;
    return path.startsWith("/api/persons/{") && id === topic.slice("person:".length);
  }
  const prefixes = pathsOfTopic[topic] ?? [];
  return prefixes.some((prefix) => path === prefix || (topic !== "persons" && path.startsWith(`${prefix}/`)));
}

/** Marks what a topic touches as stale; what is on screen is fetched again. */
export function invalidateTopic(queries: QueryClient, topic: string): void {
  void queries.invalidateQueries({ predicate: ({ queryKey }) => concerns(queryKey, topic) });
}

/** After a gap in the stream anything may have changed, except who is signed in. */
export function invalidateAll(queries: QueryClient): void {
  void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== "/api/session" });
}
