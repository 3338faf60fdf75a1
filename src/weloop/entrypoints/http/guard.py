"""Around every console request: a trace id, one log line, a count, and the headers that protect the browser."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from weloop.entrypoints.http.errors import MEDIA_TYPE, problem
from weloop.entrypoints.http.health import HEALTH_PATHS
from weloop.entrypoints.http.static import SIDEBAR_PAGE, is_phone_page
from weloop.kit.ids import new_trace_id, trace

log = structlog.get_logger(__name__)

PageScripts: TypeAlias = Callable[[], Awaitable[Sequence[str]]]
REQUESTS = Counter("weloop_http_requests", "Console requests", ["method", "route", "status"])
SECONDS = Histogram("weloop_http_request_seconds", "Time to the last byte of console answers", ["route"])

MOST_UNREAD_BYTES, MOST_UNREAD_SECONDS = 64 * 1024 * 1024, 5.0
"""How much of a refused body is read, so that whoever sends it can read why."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"})
_HEADERS = {
    # antd writes style elements at run time; scripts come from files of ours only.
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, framed_by: str | None = None, page_scripts: PageScripts | None = None) -> None:
        """``framed_by``: origin of the simulator, whose phones show the phone's pages, and whose phones our pages show
        in turn; None outside a demo. ``page_scripts``: what the chat sidebar may load beside our own scripts.
        """
        self._page_scripts = page_scripts
        self._app = app
        self._page_headers = _page_headers(framed_by) if framed_by else _HEADERS
        self._phone_headers = _phone_headers(framed_by) if framed_by else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace_id = new_trace_id()
        token = trace.set(trace_id)
        answer = _Answer(send, receive, scope, trace_id, await self._headers(scope))
        began = time.perf_counter()
        try:
            await self._app(scope, answer.receive, answer.send)
        except Exception as error:
            # The error page has gone out already; only what broke after it is news.
            if not answer.status:
                raise
            log.debug("http.raised", error=type(error).__name__)
        finally:
            _note(scope, answer.status, time.perf_counter() - began)
            trace.reset(token)

    async def _headers(self, scope: Scope) -> Mapping[str, str]:
        if scope["path"] == SIDEBAR_PAGE and self._page_scripts is not None:
            return _with_scripts(self._phone_headers, await self._page_scripts())
        return self._phone_headers if is_phone_page(scope["path"]) else self._page_headers


def _with_scripts(headers: Mapping[str, str], scripts: Sequence[str]) -> Mapping[str, str]:
    """The one page that runs others' scripts names them one by one."""
    policy = f"{headers['Content-Security-Policy']}; script-src 'self'"
    return {**headers, "Content-Security-Policy": " ".join([policy, *scripts])}


def _page_headers(frames: str) -> Mapping[str, str]:
    parts = urlsplit(frames)
    policy = f"{_HEADERS['Content-Security-Policy']}; frame-src 'self' {parts.scheme}://{parts.netloc}"
    return {**_HEADERS, "Content-Security-Policy": policy}


def _phone_headers(framed_by: str) -> Mapping[str, str]:
    parts = urlsplit(framed_by)
    headers = {name: value for name, value in _HEADERS.items() if name != "X-Frame-Options"}
    # Our own pages show that phone in a frame, and every page around is asked.
    allowed = f"frame-ancestors 'self' {parts.scheme}://{parts.netloc}"
    policy = headers["Content-Security-Policy"].replace("frame-ancestors 'none'", allowed)
    return {**headers, "Content-Security-Policy": policy}


class _Answer:
    """Adds headers to an answer, remembers its status, and whether the whole question was read."""

    def __init__(self, send: Send, receive: Receive, scope: Scope, trace_id: str, headers: Mapping[str, str]) -> None:
        self._send = send
        self._receive = receive
        self._scope = scope
        self._trace_id = trace_id
        self._headers = headers
        self.status = 0
        self._replaced = False
        self._is_read = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._is_read = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            self._add_headers(headers)
            if self.status == 413:
                await self._read_on()
            if self.status == 413 and headers.get("content-type") != MEDIA_TYPE:
                await self._send_too_large()
                return
        await self._send(message)

    async def _read_on(self) -> None:
        """Read some more of a body that is refused: closed with bytes unread, the connection is reset, and the answer
        may be lost on its way.
        """
        left = MOST_UNREAD_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MOST_UNREAD_SECONDS):
                while left > 0 and not self._is_read:
                    left -= len((await self.receive()).get("body", b""))

    async def _send_too_large(self) -> None:
        """The framework cuts large bodies off before our error pages are reached, with a bare sentence."""
        self._replaced = True
        page = problem(413, "too_large", headers={"Connection": "close"})
        self._add_headers(page.headers)
        await self._send({"type": "http.response.start", "status": 413, "headers": page.raw_headers})
        await self._send({"type": "http.response.body", "body": page.body})

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        headers["X-Trace-Id"] = self._trace_id
        if self._scope["path"].startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = _route(scope)
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    write = log.info if route.startswith("/api/") and route != "/api/live" else log.debug
    write("http.request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _route(scope: Scope) -> str:
    """The route's pattern, not the path: paths carry one-time tokens and any number of ids."""
    pattern: str | None = getattr(scope.get("route"), "path", None)
    if pattern is None:
        return scope["path"] if scope["path"] in HEALTH_PATHS else "other"
    # The framework gives the pattern without the prefix that all API routes share.
    is_short = scope["path"].startswith("/api/") and not pattern.startswith("/api/")
    return f"/api{pattern}" if is_short else pattern
