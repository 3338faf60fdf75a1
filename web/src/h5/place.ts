import { useCallback, useSyncExternalStore } from "react";

/** Where the page is: the list, or one lead. Two places need no router. */
export interface Place {
  leadId: string | null;
  error: string | null;
}

const home = "/h5";
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
  return { leadId: lead?.[1] ?? null, error: searchParams.get("error") };
}

function go(path: string): void {
  window.history.pushState({ inside: true }, "", path);
  window.scrollTo(0, 0);
  for (const tell of listeners) tell();
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
  const openLead = useCallback((id: string) => go(`${home}/leads/${id}`), []);
  return { ...readPlace(url), openLead, back };
}

/** Ask WeCom again who opens the page, and come back to this place. */
export function reopen(): void {
  const place = window.location.pathname.slice(home.length);
  window.location.assign(`${home}/open?to=${encodeURIComponent(place)}`);
}
