import { useEffect, useRef, useState } from "react";

const shownFor = 6_000;

/** Keys that came in since the first look at the same list; they are marked for a moment. */
export function useFreshKeys(keys: string[] | undefined, list: string): ReadonlySet<string> {
  const known = useRef<{ list: string; keys: Set<string> } | null>(null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const joined = keys?.join("\n");

  useEffect(() => {
    if (joined === undefined) return;
    const now = joined === "" ? [] : joined.split("\n");
    const before = known.current;
    if (before === null || before.list !== list) {
      known.current = { list, keys: new Set(now) };
      setFresh(new Set());
      return;
    }
    const added = now.filter((key) => !before.keys.has(key));
    for (const key of added) before.keys.add(key);
    if (added.length > 0) setFresh(new Set(added));
  }, [joined, list]);

  useEffect(() => {
    if (fresh.size === 0) return;
    const timer = setTimeout(() => setFresh(new Set()), shownFor);
    return () => clearTimeout(timer);
  }, [fresh]);

  return fresh;
}
