import { useEffect, useSyncExternalStore } from "react";
import type { WorldNow } from "./client";

/** World time as the server last told it, carried on at its pace: a demo may run faster, or stand still. */
let told = { at: performance.now(), world: Date.now(), rate: 1 };
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

export function setWorldNow(clock: WorldNow): void {
  told = { at: performance.now(), world: Date.parse(clock.now), rate: clock.rate };
  tick();
}

function tick(): void {
  now = worldNow();
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** World time of this moment. */
export function worldNow(): number {
  return told.world + (performance.now() - told.at) * told.rate;
}

/** World time in milliseconds, renewed every second. */
export function useWorldNow(): number {
  useEffect(tick, []);
  return useSyncExternalStore(subscribe, () => now);
}
