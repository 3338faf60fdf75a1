import { QueryClient } from "@tanstack/react-query";
import { anything, invalidateTopic, Refresher } from "./live-topics";

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

it("refreshes all but the session when anything may have changed", () => {
  const stale = staleAfter((queries) => invalidateTopic(queries, anything));
  expect(stale).not.toContain("session");
  expect(stale).toHaveLength(Object.keys(keys).length - 1);
});

it("gathers topics while a round is under way, and asks once for each round", async () => {
  vi.useFakeTimers();
  const queries = new QueryClient();
  const rounds: number[] = [];
  vi.spyOn(queries, "invalidateQueries").mockImplementation(async () => {
    rounds.push(Date.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 800));
  });
  const begun = Date.now();
  const refresher = new Refresher(queries);
  for (const topic of ["leads", "persons", "leads"]) refresher.hear(topic);
  await vi.advanceTimersByTimeAsync(200);
  for (const topic of ["leads", "sources"]) refresher.hear(topic);
  await vi.advanceTimersByTimeAsync(10_000);
  refresher.hear("paths");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rounds).toEqual([50, 850, 10_250]);
  vi.useRealTimers();
});
