"""The track API: what analytics SDKs send, in the words of Segment's HTTP API. Believe, append, and only then answer.

Plain ASGI in front of the router, like the callbacks (ADR 0012), and the same group commit.
"""

import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import structlog
from prometheus_client import Counter, Histogram
from starlette.types import Receive, Scope, Send

from weloop.connectors.web.api import (
    Arrival,
    KeyKind,
    MessageRefused,
    MessageTooLarge,
    TooManyMessages,
    WriteKeyEntry,
    WriteKeys,
    read_message,
)
from weloop.contracts.errors import CallbackRefused, Overloaded, WeLoopError
from weloop.contracts.events import NewEvent
from weloop.entrypoints.http.bodies import read_body
from weloop.entrypoints.http.errors import MEDIA_TYPE, problem
from weloop.inbox.api import Intake
from weloop.kit.clock import WorldClock
from weloop.kit.ids import new_trace_id, trace

log = structlog.get_logger(__name__)

PREFIX = "/v1/"
NAMES = ("identify", "track", "page", "screen", "group", "alias")
TYPE_OF = {**{f"{PREFIX}{name}": name for name in NAMES}, **{f"{PREFIX}{name[0]}": name for name in NAMES}}
"""SDKs in browsers use the first letter alone."""
BATCHES = frozenset({f"{PREFIX}batch", f"{PREFIX}b", f"{PREFIX}import"})
PATHS = frozenset({*TYPE_OF, *BATCHES})
SETTINGS_PREFIX = f"{PREFIX}projects/"
"""``/v1/projects/{key}/settings``: what SDKs ask for before they send."""
MAX_MESSAGE, MAX_BATCH, MAX_MESSAGES = 32 * 1024, 500 * 1024, 2_000
SHOWN_REFUSALS = 20
received = Counter("weloop_track_requests", "Requests to the track API by what became of them", ["outcome"])
messages = Counter("weloop_track_messages", "Messages of the track API that were stored, by kind of key", ["key"])
duration = Histogram(
    "weloop_track_seconds", "From the request to the answer", buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
)
_stored = received.labels("stored")


@dataclass(frozen=True, slots=True)
class TrackLimits:
    """Messages that one public key may send to one process: ``rate`` a second for long, ``burst`` at once."""

    rate: float = 300.0
    burst: float = 5_000.0


@dataclass(slots=True)
class _Allowance:
    """What a key may send now: it fills with time, up to a burst."""

    left: float
    at: float


@dataclass(slots=True)
class _Answer:
    """Status, body and headers of an answer."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class TrackEndpoint:
    """Receives the messages of all sites: an ASGI application."""

    def __init__(
        self, keys: WriteKeys, intake: Intake, clock: WorldClock, public_url: str, limits: TrackLimits | None = None
    ) -> None:
        self._keys = keys
        self._intake = intake
        self._clock = clock
        self._public_url = public_url
        self._limits = limits or TrackLimits()
        self._allowances: dict[int, _Allowance] = {}

    @staticmethod
    def takes(path: str) -> bool:
        """Whether a path is one of this API; other paths below ``/v1/`` belong to the router."""
        return path in PATHS or path.startswith(SETTINGS_PREFIX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        trace.set(new_trace_id())
        try:
            answer = await self._answer(scope, receive)
        except CallbackRefused as error:
            too_large = error.http_status == 413
            answer = _refuse(MessageTooLarge(max=MAX_BATCH)) if too_large else _problem(400, "malformed", error.reason)
        except WeLoopError as error:
            answer = _refuse(error)
        except Exception as error:
            # SDKs come again; what went wrong is one line here and no word to a stranger.
            log.error("track.failed", error=repr(error))
            answer = _refuse(Overloaded("busy"))
        if answer.status >= 400:
            received.labels(str(answer.status)).inc()
        await _send(send, answer, _header(scope, b"origin"))

    async def _answer(self, scope: Scope, receive: Receive) -> _Answer:
        path, method = scope["path"], scope["method"]
        if method == "OPTIONS":
            return await self._preflight(scope)
        if path.startswith(SETTINGS_PREFIX):
            return await self._settings(scope)
        if method != "POST":
            return _problem(405, "method_not_allowed", "messages are sent with POST", [(b"allow", b"POST, OPTIONS")])
        begun = time.perf_counter()
        stored, refused = await self._receive(scope, receive)
        _stored.inc()
        duration.observe(time.perf_counter() - begun)
        said = {"success": True, "stored": stored, **({"rejected": refused} if refused else {})}
        return _Answer(200, orjson.dumps(said))

    async def _preflight(self, scope: Scope) -> _Answer:
        """A browser asks for a page of another origin; only then are keys of pages of use at all."""
        origin = _header(scope, b"origin")
        if origin is None or not await self._keys.knows_origin(origin):
            return _problem(403, "track_origin", "no write key is for pages of this origin")
        allowed = [
            (b"access-control-allow-methods", b"POST, GET"),
            (b"access-control-allow-headers", b"authorization, content-type, content-encoding, anonymousid"),
            (b"access-control-max-age", b"7200"),
        ]
        return _Answer(204, b"", headers=allowed)

    async def _settings(self, scope: Scope) -> _Answer:
        """The settings that analytics.js loads for a key: where to send to, and nothing else."""
        key, _, rest = scope["path"].removeprefix(SETTINGS_PREFIX).partition("/")
        if rest != "settings" or scope["method"] not in ("GET", "HEAD"):
            return _problem(404, "not_found", "there is no such page")
        await self._keys.authenticate(None, key, _header(scope, b"origin"))
        protocol, _, host = self._public_url.partition("://")
        there = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": protocol, "addBundledMetadata": False}
        return _Answer(200, orjson.dumps({"integrations": {"Segment.io": there}, "plan": {}, "metrics": {}}))

    async def _receive(self, scope: Scope, receive: Receive) -> tuple[int, list[dict[str, Any]]]:
        """Append what is believed; answers how much after the commit, and why the rest is refused."""
        plain = _unzip(await read_body(scope, receive, MAX_BATCH), _header(scope, b"content-encoding"))
        body = _parse(plain)
        key = await self._keys.authenticate(
            _header(scope, b"authorization"), body.get("writeKey"), _header(scope, b"origin")
        )
        arrival = Arrival(key, self._clock.now(), trace.get(), body.get("sentAt"))
        if scope["path"] in BATCHES:
            events, refused = _read_batch(arrival, body, is_small=len(plain) <= MAX_MESSAGE)
        else:
            if len(plain) > MAX_MESSAGE:
                raise MessageTooLarge(max=MAX_MESSAGE)
            events, refused = [read_message(arrival, TYPE_OF[scope["path"]], body)], []
        self._spend(key, len(events))
        await self._intake.add(events)
        messages.labels(str(key.kind)).inc(len(events))
        return len(events), refused

    def _spend(self, key: WriteKeyEntry, count: int) -> None:
        """Whoever reads a page has its key: it opens no more than a site needs."""
        if key.kind is KeyKind.SERVER:
            return
        now, limits = time.monotonic(), self._limits
        allowance = self._allowances.setdefault(key.id, _Allowance(limits.burst, now))
        allowance.left = min(limits.burst, allowance.left + (now - allowance.at) * limits.rate)
        allowance.at = now
        if allowance.left < count:
            raise TooManyMessages(seconds=1 + int((count - allowance.left) / limits.rate))
        allowance.left -= count


def _unzip(body: bytes, encoding: str | None) -> bytes:
    """SDKs on phones and servers compress; no further than the cap."""
    if encoding is None or encoding.lower() == "identity":
        return body
    if encoding.lower() != "gzip":
        raise CallbackRefused(400, "the body is neither plain nor gzip")
    try:
        unzipper = zlib.decompressobj(31)
        plain = unzipper.decompress(body, MAX_BATCH + 1)
    except zlib.error as error:
        raise CallbackRefused(400, "the body is no gzip") from error
    if len(plain) > MAX_BATCH or not unzipper.eof:
        raise CallbackRefused(413 if len(plain) > MAX_BATCH else 400, "the body is too large or ended early")
    return plain


def _parse(body: bytes) -> Mapping[str, Any]:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise CallbackRefused(400, f"the body is no JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise MessageRefused("message", "expected an object")
    return parsed


def _read_batch(
    arrival: Arrival, body: Mapping[str, Any], *, is_small: bool
) -> tuple[list[NewEvent], list[dict[str, Any]]]:
    """What can be read of a batch. SDKs throw away a batch that is refused: one bad message must not cost the others.

    ``is_small``: no message can be too large, since all together are not.
    """
    batch = body.get("batch")
    if not isinstance(batch, list) or not batch:
        raise MessageRefused("batch", "expected a list of messages")
    if len(batch) > MAX_MESSAGES:
        raise MessageRefused("batch", f"at most {MAX_MESSAGES} messages")
    context = body.get("context")
    arrival = replace(arrival, context=context if isinstance(context, dict) else {})
    events: list[NewEvent] = []
    refused: list[dict[str, Any]] = []
    for number, message in enumerate(batch):
        try:
            if not is_small and len(orjson.dumps(message)) > MAX_MESSAGE:
                raise MessageTooLarge(max=MAX_MESSAGE)
            events.append(read_message(arrival, str(message.get("type")) if isinstance(message, dict) else "", message))
        except WeLoopError as error:
            refused.append({"index": number, "code": error.instance_code, "params": error.params})
    if not events:
        raise MessageRefused(f"batch[{refused[0]['index']}]", _first_reason(refused))
    return events, refused[:SHOWN_REFUSALS]


def _first_reason(refused: Sequence[Mapping[str, Any]]) -> str:
    params = refused[0]["params"]
    return f"{params['field']}: {params['reason']}" if "field" in params else str(refused[0]["code"])


def _header(scope: Scope, wanted: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == wanted:
            text: str = value.decode("latin-1")
            return text
    return None


def _refuse(error: WeLoopError) -> _Answer:
    log.warning("track.refused", status=error.status, code=error.instance_code, reason=error.detail[:200])
    headers = []
    if error.status in (429, 503):
        headers.append((b"retry-after", str(error.params.get("seconds", 1)).encode()))
    if error.status == 401:
        headers.append((b"www-authenticate", b'Basic realm="write key"'))
    return _problem(error.status, error.instance_code, error.detail, headers, error.params)


def _problem(
    status: int,
    code: str,
    detail: str,
    headers: Sequence[tuple[bytes, bytes]] = (),
    params: Mapping[str, Any] | None = None,
) -> _Answer:
    return _Answer(status, bytes(problem(status, code, params, detail).body), MEDIA_TYPE, list(headers))


async def _send(send: Send, answer: _Answer, origin: str | None) -> None:
    headers = [
        (b"content-length", str(len(answer.body)).encode()),
        (b"content-type", answer.kind.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *answer.headers,
    ]
    if origin is not None:
        # The page may read why it was refused; what it may send was decided before.
        headers += [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"origin")]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
