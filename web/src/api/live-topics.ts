import type { Query, QueryClient } from "@tanstack/react-query";

/** Which paths of the API show data of which topic. `person:<id>` is reduced to `person`. */
const pathsOfTopic: Record<string, readonly string[]> = {
  accounts: ["/api/accounts", "/api/video-channels", "/api/baseline", "/api/overview"],
  staff: ["/api/staff", "/api/overview"],
  sites: ["/api/sites"],
  campaigns: ["/api/campaigns", "/api/articles"],
  articles: ["/api/articles", "/api/baseline"],
  scripts: ["/api/scripts"],
  message_templates: ["/api/message-templates"],
  sources: ["/api/sources", "/api/overview", "/api/campaigns", "/api/articles"],
  links: ["/api/short-links"],
  webhooks: ["/api/webhooks"],
  existing: ["/api/existing-people", "/api/baseline"],
  imports: ["/api/imports", "/api/baseline"],
  doctor: ["/api/doctor/accounts"],
  verify_files: ["/api/verify-files", "/api/doctor/machine"],
  official_accounts: [
    "/api/scene-qrs",
    "/api/follow-replies",
    "/api/account-menus",
    "/api/service-messages",
    "/api/campaigns",
  ],
  group_chats: ["/api/group-chats", "/api/join-ways", "/api/campaigns"],
  broadcasts: ["/api/broadcasts"],
  moments: ["/api/moments"],
  mass_tasks: ["/api/mass-task-load"],
  demo: ["/api/demo"],
  paths: ["/api/paths"],
  journeys: ["/api/journeys", "/api/journey-runs"],
  attributes: ["/api/attributes", "/api/persons"],
  tags: ["/api/tags", "/api/persons"],
  companies: ["/api/companies", "/api/persons"],
  persons: ["/api/persons", "/api/overview", "/api/campaigns", "/api/articles"],
  tasks: ["/api/tasks"],
  segments: ["/api/segments"],
  leads: ["/api/articles", "/api/campaigns", "/api/leads", "/api/overview"],
  dead_letters: ["/api/dead-letters", "/api/overview"],
  contact_rules: ["/api/contact-rules", "/api/message-quotas"],
  outbox: [
    "/api/message-quotas",
    "/api/message-days",
    "/api/held-messages",
    "/api/moments",
    "/api/dead-letters",
    "/api/overview",
    "/api/sources",
    "/api/join-ways",
    "/api/scene-qrs",
  ],
};

/** After a gap in the stream, or when too much happened to be told: all may have changed, except who is signed in. */
export const anything = "*";

type PathParams = { params?: { path?: { person_id?: string } } };

function concerns(queryKey: readonly unknown[], topic: string): boolean {
  const path = queryKey[1];
  if (typeof path !== "string") return false;
  if (topic === anything) return path !== "/api/session";
  if (topic.startsWith("person:")) {
    const id = (queryKey[2] as PathParams | undefined)?.params?.path?.person_id;
    return path.startsWith("/api/persons/{") && id === topic.slice("person:".length);
  }
  const prefixes = pathsOfTopic[topic] ?? [];
  return prefixes.some((prefix) => path === prefix || (topic !== "persons" && path.startsWith(`${prefix}/`)));
}

/** Marks what a topic touches as stale; what is on screen is fetched again. */
export function invalidateTopic(queries: QueryClient, topic: string): void {
  void invalidateTopics(queries, [topic]);
}

function invalidateTopics(
  queries: QueryClient,
  topics: readonly string[],
  cancelRefetch = true,
): Promise<void> {
  const predicate = ({ queryKey }: Query) => topics.some((topic) => concerns(queryKey, topic));
  return queries.invalidateQueries({ predicate }, { cancelRefetch });
}

const gathering = 50;
const shortestRound = 500;
const longestRound = 5_000;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Refreshes in rounds what heard topics touch. Topics that come during a round wait for the next, so that under load
 * a page neither cancels its own requests nor asks faster than the server answers.
 */
export class Refresher {
  private readonly heard = new Set<string>();
  private busy = false;

  constructor(private readonly queries: QueryClient) {}

  hear(topic: string): void {
    this.heard.add(topic);
    if (!this.busy) void this.run();
  }

  private async run(): Promise<void> {
    this.busy = true;
    await pause(gathering);
    let slow = false;
    while (this.heard.size > 0) {
      const topics = [...this.heard];
      this.heard.clear();
      const round: Promise<unknown> = Promise.all([
        invalidateTopics(this.queries, topics, !slow),
        pause(shortestRound),
      ]);
      // A request that takes longer than a round is left to end: cancelled each time, it never would.
      slow = await Promise.race([round.then(() => false), pause(longestRound).then(() => true)]);
    }
    this.busy = false;
  }
}
