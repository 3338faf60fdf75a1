"""Serving verification files at the root of the address, to anybody. Plain ASGI in front of the router."""

import asyncio

from starlette.types import Receive, Scope, Send

from weloop.features.verify_files.api import find_content, name_in
from weloop.kit.db import is_away
from weloop.kit.ids import new_trace_id, trace
from weloop.kit.unit import Units

AT_ONCE = 2
"""Requests that look into the database at the same time: strangers may ask for any number of names."""
WAITING = 50


class VerifyFileEndpoint:
    """Answers the paths of verification files, and no other: an ASGI application."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._room = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @staticmethod
    def takes(path: str) -> bool:
        """Whether a path is that of a verification file."""
        return name_in(path) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        trace.set(new_trace_id())
        if scope["method"] not in ("GET", "HEAD"):
            await _send(send, 405, "method not allowed", [(b"allow", b"GET, HEAD")])
            return
        if self._waiting >= WAITING:
            await _send(send, 503, "try again", [(b"retry-after", b"2")])
            return
        try:
            content = await self._find(name_in(scope["path"]) or "")
        except Exception as error:
            if not is_away(error):
                raise
            await _send(send, 503, "try again", [(b"retry-after", b"2")])
            return
        await _send(send, 404 if content is None else 200, content or "not found", with_body=scope["method"] == "GET")

    async def _find(self, name: str) -> str | None:
        self._waiting += 1
        try:
            async with self._room, self._units.begin() as unit:
                return await find_content(unit, name)
        finally:
            self._waiting -= 1


async def _send(
    send: Send, status: int, text: str, more: list[tuple[bytes, bytes]] | None = None, *, with_body: bool = True
) -> None:
    body = text.encode("ascii")
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        *(more or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body if with_body else b""})
