/**
 * Live updates: one stream per browser. The tab that holds the Web Lock reads the server's stream and
 * passes each topic to the other tabs through a BroadcastChannel; when it closes, another tab takes over.
 */
export type LiveState = "connecting" | "live" | "offline";

export interface LiveHandlers {
  onTopic(topic: string): void;
  onState(state: LiveState): void;
  /** The stream is back after a gap: anything may have changed. */
  onGapClosed(): void;
}

type Message = { topic: string } | { state: LiveState } | { gapClosed: true } | { ask: true };

const streamUrl = "/api/live";
/** For how long the server remembers what changed. */
const remembered = 60;
const lockName = "weloop-live";
const firstDelay = 1_000;
const longestDelay = 30_000;

/** Doubles from one second up to half a minute; the spread keeps browsers from returning all at once. */
export function reconnectDelay(attempt: number, random: number = Math.random()): number {
  return Math.min(firstDelay * 2 ** attempt, longestDelay) * (0.75 + random / 2);
}

/** What changed since the page began is told too: it may have read that before its stream was open. */
function sinceBegin(): number {
  return Math.min(remembered, Math.ceil(performance.now() / 1_000) + 1);
}

class Stream {
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private hadGap = false;

  constructor(private readonly tell: (message: Message) => void) {
    this.open();
  }

  private open(): void {
    const source = new EventSource(`${streamUrl}?within=${sinceBegin()}`, { withCredentials: true });
    this.source = source;
    source.addEventListener("open", () => this.opened());
    source.addEventListener("topic", (event) => this.tell({ topic: String(event.data) }));
    source.addEventListener("error", () => this.lost(source));
  }

  private opened(): void {
    this.attempt = 0;
    this.tell({ state: "live" });
    if (this.hadGap) this.tell({ gapClosed: true });
    this.hadGap = false;
  }

  private lost(source: EventSource): void {
    source.close();
    this.hadGap = true;
    this.tell({ state: "offline" });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), reconnectDelay(this.attempt++));
  }

  close(): void {
    clearTimeout(this.timer);
    this.source?.close();
  }
}

function deliver(handlers: LiveHandlers, message: Message): void {
  if ("topic" in message) handlers.onTopic(message.topic);
  if ("state" in message) handlers.onState(message.state);
  if ("gapClosed" in message) handlers.onGapClosed();
}

/** Starts listening; answers the function that stops it. */
export function listen(handlers: LiveHandlers): () => void {
  const channel = new BroadcastChannel(lockName);
  const stopped = new AbortController();
  let state: LiveState = "connecting";
  let leading = false;

  const tellAll = (message: Message): void => {
    if ("state" in message) state = message.state;
    deliver(handlers, message);
    channel.postMessage(message);
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if ("ask" in data && leading) channel.postMessage({ state });
    else deliver(handlers, data);
  };

  const lead = (): Promise<void> =>
    new Promise((resolve) => {
      if (stopped.signal.aborted) return resolve();
      leading = true;
      const stream = new Stream(tellAll);
      stopped.signal.addEventListener("abort", () => {
        stream.close();
        resolve();
      });
    });

  handlers.onState("connecting");
  channel.postMessage({ ask: true });
  // Web Locks exist in secure contexts only; without them every tab reads a stream of its own.
  const held = navigator.locks ? navigator.locks.request(lockName, { signal: stopped.signal }, lead) : lead();
  void Promise.resolve(held).catch(() => undefined);

  return () => {
    stopped.abort();
    channel.close();
  };
}
