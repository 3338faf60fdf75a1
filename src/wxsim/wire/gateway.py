"""The platforms' hosts on one port: the first path segment, or the Host header, names the host."""

import asyncio
import time
from email.utils import formatdate
from typing import Protocol
from urllib.parse import parse_qsl, unquote

from starlette.types import Receive, Scope, Send

from wxsim.faults import CallFault, Faults
from wxsim.wire.http import Request, Response
from wxsim.world.world import World

MAX_BODY = 32 * 1024 * 1024
HANG_SECONDS = 30.0


class Platform(Protocol):
    """Answers the calls of one host."""

    def handle(self, request: Request) -> Response:
        """Answer one call."""

    def refusal(self, request: Request, code: int) -> Response:
        """The answer with that error code."""


class Gateway:
    """Reads calls, lets faults befall them, hands them to their platform."""

    def __init__(self, world: World, faults: Faults, platforms: dict[str, Platform]) -> None:
        self._world = world
        self._faults = faults
        self._platforms = platforms
        self.calls: dict[str, int] = {}

    def host_of(self, scope: Scope) -> tuple[str, str] | None:
        """The platform's host and the path there; None when the call is not for a platform."""
        path: str = scope["path"]
        host, _, rest = path[1:].partition("/")
        if host in self._platforms:
            return host, "/" + rest
        for name, value in scope["headers"]:
            if name == b"host":
                named: str = value.decode("latin-1").partition(":")[0]
                return (named, path) if named in self._platforms else None
        return None

    async def serve(self, scope: Scope, receive: Receive, send: Send, host: str, path: str) -> None:
        """Answer one HTTP call."""
        body = await _read_body(receive)
        if body is None:
            return await _answer(send, Response(b"", 413, "text/plain"))
        request = _request(scope, host, path, body)
        self.calls[host + path] = self.calls.get(host + path, 0) + 1
        fault = self._faults.for_call(host, path)
        platform = self._platforms[host]
        acts = fault is None or fault.after or fault.action == "skew"
        response = platform.handle(request) if acts else Response(b"")
        if fault and fault.action != "skew":
            spoilt = await self._spoil(platform, request, fault, receive)
            if spoilt is None:
                return
            response = spoilt
        await _answer(send, response, fault.value if fault and fault.action == "skew" else 0.0)

    async def _spoil(self, platform: Platform, request: Request, fault: CallFault, receive: Receive) -> Response | None:
        self._world.ledger.write(
            "call.spoilt", path=request.host + request.path, action=fault.action, value=fault.value, after=fault.after
        )
        if fault.action == "errcode":
            return platform.refusal(request, int(fault.value))
        if fault.action == "http":
            return Response(b"<html><body>Bad Gateway</body></html>", int(fault.value) or 502, "text/html")
        await _hang(receive, self._world, fault.value or HANG_SECONDS)
        return Response(b"", 504, "text/plain")


async def _hang(receive: Receive, world: World, seconds: float) -> None:
    """Keep the caller waiting until it leaves, the time is over, or the simulator goes down."""
    gone = asyncio.ensure_future(receive())
    closing = asyncio.ensure_future(_until_closed(world, seconds))
    await asyncio.wait([gone, closing], return_when=asyncio.FIRST_COMPLETED)
    for task in (gone, closing):
        task.cancel()


async def _until_closed(world: World, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not world.changes.closed and loop.time() < end:
        await world.changes.after(world.changes.version, end - loop.time())


async def _read_body(receive: Receive) -> bytes | None:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _request(scope: Scope, host: str, path: str, body: bytes) -> Request:
    raw_query: bytes = scope["query_string"]
    query = dict(parse_qsl(raw_query.decode("latin-1"), keep_blank_values=True)) if raw_query else {}
    content_type = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"content-type"), "")
    client = scope.get("client") or ("", 0)
    return Request(scope["method"], host, unquote(path), query, body, content_type, client[0])


async def _answer(send: Send, response: Response, skew: float = 0.0) -> None:
    """Send an answer, dated by this machine's clock as the real hosts date theirs."""
    headers = [
        (b"date", formatdate(time.time() + skew, usegmt=True).encode()),
        (b"content-type", response.content_type.encode()),
        (b"content-length", str(len(response.body)).encode()),
        *((name.lower().encode(), value.encode("latin-1")) for name, value in response.headers.items()),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
