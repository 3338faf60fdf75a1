import { type LiveHandlers, type LiveState, listen, reconnectDelay } from "./live";

class FakeStream extends EventTarget {
  static all: FakeStream[] = [];
  static get open(): FakeStream[] {
    return FakeStream.all.filter(({ closed }) => !closed);
  }

  closed = false;

  constructor(readonly url: string) {
    super();
    FakeStream.all.push(this);
  }

  close() {
    this.closed = true;
  }
}

/** Channels of one name hear each other, at once. */
class FakeChannel {
  static all: FakeChannel[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(readonly name: string) {
    FakeChannel.all.push(this);
  }

  postMessage(data: unknown) {
    for (const other of FakeChannel.all) if (other !== this) other.onmessage?.({ data });
  }

  close() {
    FakeChannel.all = FakeChannel.all.filter((one) => one !== this);
  }
}

/** Gives the lock to one after the other, as browsers do. */
class FakeLocks {
  private last: Promise<void> = Promise.resolve();

  request(_: string, { signal }: { signal: AbortSignal }, hold: () => Promise<void>): Promise<void> {
    const turn = this.last.then(() => (signal.aborted ? undefined : hold()));
    this.last = turn;
    return turn;
  }
}

function tab() {
  const heard = { topics: [] as string[], states: [] as LiveState[], gaps: 0 };
  const handlers: LiveHandlers = {
    onTopic: (topic) => heard.topics.push(topic),
    onState: (state) => heard.states.push(state),
    onGapClosed: () => {
      heard.gaps += 1;
    },
  };
  const stop = listen(handlers);
  stops.push(stop);
  return { heard, stop };
}

const stops: (() => void)[] = [];
const settle = () => vi.advanceTimersByTimeAsync(0);
const stream = () => FakeStream.open[0] as FakeStream;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeStream);
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  Object.defineProperty(navigator, "locks", { value: new FakeLocks(), configurable: true });
  FakeStream.all = [];
  FakeChannel.all = [];
});

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("live updates", () => {
  it("reads one stream for all tabs", async () => {
    const first = tab();
    const second = tab();
    await settle();
    expect(FakeStream.all).toHaveLength(1);
    stream().dispatchEvent(new Event("open"));
    stream().dispatchEvent(new MessageEvent("topic", { data: "persons" }));
    expect(first.heard.topics).toEqual(["persons"]);
    expect(second.heard.topics).toEqual(["persons"]);
    expect(second.heard.states.at(-1)).toBe("live");
  });

  it("asks for what changed since the page began, as far as the server remembers", async () => {
    vi.setSystemTime(0);
    vi.spyOn(performance, "now").mockReturnValueOnce(2_300).mockReturnValueOnce(3_600_000);
    const first = tab();
    tab();
    await settle();
    expect(stream().url).toBe("/api/live?within=4");
    first.stop();
    await settle();
    expect(stream().url).toBe("/api/live?within=60");
  });

  it("hands the stream over when the reading tab closes", async () => {
    const first = tab();
    const second = tab();
    await settle();
    first.stop();
    await settle();
    expect(FakeStream.all).toHaveLength(2);
    expect(FakeStream.open).toHaveLength(1);
    stream().dispatchEvent(new MessageEvent("topic", { data: "sources" }));
    expect(second.heard.topics).toEqual(["sources"]);
  });

  it("tells a new tab how things stand", async () => {
    tab();
    await settle();
    stream().dispatchEvent(new Event("open"));
    const late = tab();
    expect(late.heard.states).toEqual(["connecting", "live"]);
  });

  it("comes back by itself and then says that something may be missing", async () => {
    const { heard } = tab();
    await settle();
    stream().dispatchEvent(new Event("open"));
    stream().dispatchEvent(new Event("error"));
    expect(heard.states.at(-1)).toBe("offline");
    expect(FakeStream.open).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(reconnectDelay(0, 1));
    expect(FakeStream.open).toHaveLength(1);
    stream().dispatchEvent(new Event("open"));
    expect(heard.states.at(-1)).toBe("live");
    expect(heard.gaps).toBe(1);
  });

  it("stops for good", async () => {
    const { stop } = tab();
    await settle();
    stream().dispatchEvent(new Event("error"));
    stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeStream.open).toHaveLength(0);
  });

  it("reads a stream of its own where there are no locks", async () => {
    Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
    tab();
    await settle();
    expect(FakeStream.open).toHaveLength(1);
  });
});

it("waits longer each time, up to half a minute and a quarter", () => {
  expect(reconnectDelay(0, 0.5)).toBe(1_000);
  expect(reconnectDelay(3, 0.5)).toBe(8_000);
  expect(reconnectDelay(40, 0.5)).toBe(30_000);
  expect(reconnectDelay(0, 0)).toBeLessThan(reconnectDelay(0, 1));
});
