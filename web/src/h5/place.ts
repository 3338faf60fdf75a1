import { useSyncExternalStore } from "react";

/** What the list holds: the member's own leads, those that nobody has, or tasks. */
export type Tab = "mine" | "pool" | "tasks";

/** Where the page is: a list, one lead, the report of a week (its Monday) … A few places need no router. */
export interface Place {
  tab: Tab;
  leadId: string | null;
  week: string | null;
  /** Beside a chat in WeCom. */
  sidebar: boolean;
  isPersonal: boolean;
  error: string | null;
}

const home = "/h5";
const pool = `${home}/pool`;
const tasks = `${home}/tasks`;
const addresses: Record<Tab, string> = { mine: home, pool, tasks };
const sidebar = `${home}/sidebar`;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

export function readPlace(url: string): Place {
  const { pathname, searchParams } = new URL(url);
  const lead = /^\/h5\/leads\/(\d{1,19})$/.exec(pathname);
  const week = /^\/h5\/weekly\/(\d{4}-\d{2}-\d{2})$/.exec(pathname);
  return {
    tab: pathname === pool ? "pool" : pathname === tasks ? "tasks" : "mine",
    leadId: lead?.[1] ?? null,
    week: week?.[1] ?? null,
    sidebar: pathname === sidebar,
    isPersonal: pathname === `${home}/personal-accounts`,
    error: searchParams.get("error"),
  };
}

function tellAll(): void {
  window.scrollTo(0, 0);
  for (const tell of listeners) tell();
}

function openLead(id: string): void {
  window.history.pushState({ inside: true }, "", `${home}/leads/${id}`);
  tellAll();
}

/** The lists lie side by side: turning from one to the other is no step to go back. */
function openTab(tab: Tab): void {
  window.history.replaceState(window.history.state, "", addresses[tab]);
  tellAll();
}

/** Back where the reader came from, or to the list for who came in by a card. */
function back(): void {
  if (window.history.state?.inside) window.history.back();
  else {
    window.history.replaceState(null, "", home);
    for (const tell of listeners) tell();
  }
}

export function usePlace() {
  const url = useSyncExternalStore(subscribe, () => window.location.href);
  return { ...readPlace(url), openLead, openTab, back };
}

/** Ask WeCom again who opens the page, and come back to this place. */
export function reopen(): void {
  const place = window.location.pathname.slice(home.length);
  window.location.assign(`${home}/open?to=${encodeURIComponent(place)}`);
}
