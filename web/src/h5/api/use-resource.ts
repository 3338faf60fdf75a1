import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiError, toApiError } from "@/api/errors";
import { worldNow } from "./world-clock";

/** A phone in a pocket asks for nothing; one in a hand asks this often. */
const every = 15_000;

export interface Resource<T> {
  data: T | null;
  /** Of the last try; data of an earlier one may still be there. */
  error: ApiError | null;
  /** When the data came, world time. */
  at: number;
  reload: () => Promise<void>;
  put: (data: T) => void;
}

/** The session ended, or another member opened the page in this browser: only WeCom can tell who this is. */
export function isOver(error: ApiError): boolean {
  return error.status === 401 || error.code === "csrf";
}

/** Loads something; `again`: every while, when the page is looked at again and when the network comes back. */
export function useResource<T>(load: () => Promise<T>, again = true): Resource<T> {
  const [state, setState] = useState<{ data: T | null; error: ApiError | null; at: number }>({
    data: null,
    error: null,
    at: 0,
  });
  const turn = useRef(0);

  const put = useCallback((data: T) => {
    turn.current += 1;
    setState({ data, error: null, at: worldNow() });
  }, []);

  const reload = useCallback(async () => {
    turn.current += 1;
    const mine = turn.current;
    try {
      const data = await load();
      if (mine === turn.current) setState({ data, error: null, at: worldNow() });
    } catch (error) {
      if (mine === turn.current) setState((before) => ({ ...before, error: toApiError(error) }));
    }
  }, [load]);

  useEffect(() => {
    void reload();
    const leave = () => {
      turn.current += 1;
    };
    if (!again) return leave;
    const look = () => {
      if (document.visibilityState === "visible") void reload();
    };
    const timer = setInterval(look, every);
    document.addEventListener("visibilitychange", look);
    window.addEventListener("online", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("online", look);
      leave();
    };
  }, [reload, again]);

  return { ...state, reload, put };
}
