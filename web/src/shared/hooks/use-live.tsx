import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type LiveState, listen } from "@/api/live";
import { anything, Refresher } from "@/api/live-topics";
import { sessionKey } from "@/api/session";

const LiveContext = createContext<LiveState>("connecting");

/** Keeps what is on screen fresh while its children are shown. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");

  useEffect(() => {
    const refresher = new Refresher(queries);
    return listen({
      onTopic: (topic) => refresher.hear(topic),
      onState: (next) => {
        setState(next);
        // The stream also breaks when the session has ended; asking tells which.
        if (next === "offline") void queries.invalidateQueries({ queryKey: sessionKey });
      },
      onGapClosed: () => refresher.hear(anything),
    });
  }, [queries]);

  return <LiveContext value={state}>{children}</LiveContext>;
}

export function useLiveState(): LiveState {
  return useContext(LiveContext);
}
