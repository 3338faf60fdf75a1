import { QueryClient } from "@tanstack/react-query";
import { invalidateAll, invalidateTopic } from "./live-topics";

const keys = {
  session: ["get", "/api/session"],
  overview: ["get", "/api/overview", {}],
  list: ["get", "/api/persons", { params: { query: { page: 1 } } }],
  ann: ["get", "/api/persons/{person_id}", { params: { path: { person_id: "7" } } }],
  annTimeline: ["get", "/api/persons/{person_id}/timeline", { params: { path: { person_id: "7" } } }],
  bob: ["get", "/api/persons/{person_id}", { params: { path: { person_id: "8" } } }],
  chats: ["get", "/api/group-chats/{chat_id}/members", { params: { path: { chat_id: 1 } } }],
  ways: ["get", "/api/join-ways", {}],
  source: ["get", "/api/sources/{source_id}", { params: { path: { source_id: 1 } } }],
};

function staleAfter(act: (queries: QueryClient) => void): string[] {
  const queries = new QueryClient();
  for (const key of Object.values(keys)) queries.setQueryData(key, {});
  act(queries);
  return Object.entries(keys)
    .filter(([, key]) => queries.getQueryState(key)?.isInvalidated)
    .map(([name]) => name);
}

it("refreshes the lists of a topic, not each person that is open", () => {
  expect(staleAfter((queries) => invalidateTopic(queries, "persons"))).toEqual(["overview", "list"]);
});

it("refreshes one person with the timeline", () => {
  expect(staleAfter((queries) => invalidateTopic(queries, "person:7"))).toEqual(["ann", "annTimeline"]);
});

it("refreshes a source that is open", () => {
  expect(staleAfter((queries) => invalidateTopic(queries, "sources"))).toEqual(["overview", "source"]);
});

it("refreshes group chats with their members and join ways", () => {
  expect(staleAfter((queries) => invalidateTopic(queries, "group_chats"))).toEqual(["chats", "ways"]);
});

it("ignores topics it does not know", () => {
  expect(staleAfter((queries) => invalidateTopic(queries, "weather"))).toEqual([]);
});

it("refreshes all but the session after a gap", () => {
  expect(staleAfter(invalidateAll)).not.toContain("session");
  expect(staleAfter(invalidateAll)).toHaveLength(Object.keys(keys).length - 1);
});
