import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { client } from "@/api/client";
import { toApiError } from "@/api/errors";
import { invalidateTopic } from "@/api/live-topics";
import type { JourneyDetail } from "@/api/types";
import { canonical } from "./canonical";
import { type Draft, toDraft } from "./draft";
import { type History, historyOf, reduce } from "./history";

export type Saving = "saved" | "waiting" | "failed" | "conflict";

const pauseMilliseconds = 700;
const same = (one: unknown, other: unknown) => canonical(one) === canonical(other);

interface Stored {
  revision: number;
  draft: Draft;
}

const storedOf = (journey: JourneyDetail): Stored => ({
  revision: journey.revision,
  draft: toDraft(journey.draft),
});

export interface DraftState {
  draft: Draft;
  /** Changes it; changes under one key shortly after another are undone together. */
  edit(change: (draft: Draft) => Draft, key?: string): void;
  undo: (() => void) | undefined;
  redo: (() => void) | undefined;
  saving: Saving;
  error: unknown;
  /** What somebody else saved meanwhile. */
  theirs: Draft | null;
  takeTheirs(): void;
  keepMine(): void;
  retry(): void;
  /** Saves what is not saved yet; the revision when all is. */
  settle(): Promise<number | null>;
}

/** The draft of a journey: changed here, saved by itself, and never over what somebody else saved meanwhile. */
export function useDraft(journey: JourneyDetail): DraftState {
  const queries = useQueryClient();
  const [history, dispatch] = useReducer(
    reduce,
    journey,
    (first): History => historyOf(toDraft(first.draft)),
  );
  const [theirs, setTheirs] = useState<Stored | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  const stored = useRef(storedOf(journey));
  const running = useRef<Promise<void> | null>(null);
  const latest = useRef(history.present);
  latest.current = history.present;
  const [, redraw] = useState(0);

  /** What was found in the store: whether it is only as new as what is worked on here, so that this can be saved. */
  const settle = useCallback((found: Stored, mine: Draft): boolean => {
    const isOurs = same(found.draft, stored.current.draft);
    if (isOurs || same(found.draft, mine)) stored.current = found;
    else setTheirs(found);
    return isOurs && !same(found.draft, mine);
  }, []);

  const put = useCallback(
    async (draft: Draft): Promise<void> => {
      const params = { path: { journey_id: journey.id } };
      const { revision } = stored.current;
      try {
        const { data } = await client.PATCH("/api/journeys/{journey_id}", {
          params,
          body: { revision, draft },
        });
        stored.current = { revision: data?.revision ?? revision, draft };
        setError(null);
        invalidateTopic(queries, "journeys");
      } catch (reason) {
        if (toApiError(reason).code !== "journey_changed") throw reason;
        const { data } = await client.GET("/api/journeys/{journey_id}", { params });
        if (!data) throw reason;
        if (settle(storedOf(data), draft)) await put(draft);
      }
    },
    [journey.id, queries, settle],
  );

  const save = useCallback(async (): Promise<void> => {
    while (running.current) await running.current;
    if (latest.current === stored.current.draft || same(latest.current, stored.current.draft)) return;
    running.current = put(latest.current)
      .catch(setError)
      .finally(() => {
        running.current = null;
        redraw((count) => count + 1);
      });
    await running.current;
  }, [put]);

  const isSaved = same(history.present, stored.current.draft);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change, and each wish to try again, begins the pause anew
  useEffect(() => {
    if (isSaved || theirs !== null) return;
    const timer = setTimeout(() => void save(), pauseMilliseconds);
    return () => clearTimeout(timer);
  }, [history.present, isSaved, theirs, save, tries]);

  const blocked = useRef(false);
  blocked.current = theirs !== null;
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (!same(latest.current, stored.current.draft)) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
      if (!blocked.current) void save();
    };
  }, [save]);

  useEffect(() => {
    if (journey.revision <= stored.current.revision || running.current) return;
    const found = storedOf(journey);
    if (same(latest.current, stored.current.draft)) {
      stored.current = found;
      if (!same(found.draft, latest.current)) dispatch({ act: "put", draft: found.draft });
    } else settle(found, latest.current);
  }, [journey, settle]);

  const adopt = (mine: boolean) => {
    if (!theirs) return;
    stored.current = theirs;
    if (!mine) dispatch({ act: "put", draft: theirs.draft });
    setTheirs(null);
  };

  return {
    draft: history.present,
    edit: (change, key) => dispatch({ act: "edit", change, key, at: Date.now() }),
    undo: history.past.length > 0 ? () => dispatch({ act: "undo" }) : undefined,
    redo: history.future.length > 0 ? () => dispatch({ act: "redo" }) : undefined,
    saving: savingOf(theirs !== null, isSaved, error),
    error,
    theirs: theirs?.draft ?? null,
    takeTheirs: () => adopt(false),
    keepMine: () => adopt(true),
    retry: () => setTries((count) => count + 1),
    settle: async () => {
      await save();
      return same(latest.current, stored.current.draft) ? stored.current.revision : null;
    },
  };
}

function savingOf(isConflict: boolean, isSaved: boolean, error: unknown): Saving {
  if (isConflict) return "conflict";
  if (isSaved) return "saved";
  return error === null ? "waiting" : "failed";
}
