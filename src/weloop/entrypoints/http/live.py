"""Live updates: server-sent events that say only which topic changed."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from weloop.access.api import SignedIn
from weloop.contracts.errors import Overloaded

PING_SECONDS = 15.0
STREAM_SECONDS = 600.0
"""A stream ends after this time; the browser opens the next one, and so its session is checked again."""
PAUSE_SECONDS = 0.25
"""Between two messages of a stream: under load pages read again a few times a second, not with every event."""
MAX_STREAMS = 500
MAX_PENDING = 64
RECENT_SECONDS = 60
"""For how long changed topics are remembered, for pages that asked for data before their stream began."""
MAX_RECENT = 1000
TOPICS = frozenset(
    {
        "accounts",
        "staff",
        "campaigns",
        "articles",
        "scripts",
        "message_templates",
        "sources",
        "sites",
        "links",
        "webhooks",
        "group_chats",
        "official_accounts",
        "existing",
        "imports",
        "broadcasts",
        "moments",
        "mass_tasks",
        "doctor",
        "verify_files",
        "paths",
        "journeys",
        "leads",
        "tasks",
        "persons",
        "attributes",
        "tags",
        "companies",
        "segments",
        "dead_letters",
        "outbox",
        "contact_rules",
        "demo",
        "*",
    }
)
"""Topics pages may hear of, besides ``person:<id>``, ``path:<id>`` and ``lead:<id>``. ``*``: anything may be new."""


class LiveHub:
    """Hands changed topics to the open streams of this process."""

    def __init__(self) -> None:
        self._streams: set[LiveStream] = set()
        self._recent: dict[str, float] = {}
        self.closing = asyncio.Event()

    def on_topic(self, topic: str) -> None:
        """Subscribe this to the live listener."""
        if topic in TOPICS or topic.startswith(("person:", "path:", "lead:")):
            self._remember(topic)
            for stream in self._streams:
                stream.put(topic)

    def open(self, within: int = 0) -> "LiveStream":
        """A new stream, which begins with what changed within the last seconds; Overloaded when there are too many."""
        if len(self._streams) >= MAX_STREAMS or self.closing.is_set():
            raise Overloaded("too many open pages")
        return LiveStream(self, within)

    def recent(self, within: int) -> list[str]:
        """Topics that changed within so many seconds."""
        since = _now() - within
        return [topic for topic, at in self._recent.items() if at >= since]

    def _remember(self, topic: str) -> None:
        """The latest last; those that are old go, and where there are too many, ``*`` stands for all."""
        self._recent.pop(topic, None)
        self._recent[topic] = now = _now()
        while self._recent[oldest := next(iter(self._recent))] < now - RECENT_SECONDS:
            del self._recent[oldest]
        if len(self._recent) > MAX_RECENT:
            self._recent = {"*": now}

    def add(self, stream: "LiveStream") -> None:
        """Serve a stream that began."""
        self._streams.add(stream)

    def drop(self, stream: "LiveStream") -> None:
        """Forget a stream that ended."""
        self._streams.discard(stream)

    def close(self) -> None:
        """End all streams, now: the server cannot shut down before they end."""
        self.closing.set()
        for stream in self._streams:
            stream.wake.set()


class LiveStream:
    """One browser's stream. Topics wait in a set: however many changes, each topic is told once."""

    def __init__(self, hub: LiveHub, within: int) -> None:
        self._hub = hub
        self._within = within
        self._pending: set[str] = set()
        self.wake = asyncio.Event()

    def put(self, topic: str) -> None:
        """Note a changed topic; too many become one ``*``."""
        if len(self._pending) >= MAX_PENDING:
            self._pending = {"*"}
        elif "*" not in self._pending:
            self._pending.add(topic)
        self.wake.set()

    async def chunks(self) -> AsyncGenerator[str, None]:
        """Events in wire form, until the hub closes or the stream's time is over."""
        until = _now() + STREAM_SECONDS
        self._hub.add(self)
        for topic in self._hub.recent(self._within):
            self.put(topic)
        try:
            yield "retry: 2000\n\n"
            while not self._hub.closing.is_set() and _now() < until:
                if not await _happens(self.wake, PING_SECONDS):
                    yield ": ping\n\n"
                self.wake.clear()
                topics = self._take()
                for topic in topics:
                    yield f"event: topic\ndata: {topic}\n\n"
                if topics:
                    await _happens(self._hub.closing, PAUSE_SECONDS)
        finally:
            self._hub.drop(self)

    def _take(self) -> list[str]:
        topics, self._pending = sorted(self._pending), set()
        return topics


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    """Whether it happens within this time."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


router = APIRouter(tags=["live"])


@router.get("/live", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def live(
    request: Request, _: SignedIn, within: Annotated[int, Query(ge=0, le=RECENT_SECONDS)] = 0
) -> StreamingResponse:
    """Tell of changed topics: ``event: topic``, data = the topic; first of those that changed ``within`` the last
    seconds, since the page may have asked before."""
    hub: LiveHub = request.app.state.live_hub
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(hub.open(within).chunks(), media_type="text/event-stream", headers=headers)
