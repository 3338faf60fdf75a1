"""Bytes to and from the platform: three methods, and their implementation with aiohttp."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from wxapi.errors import AnswerLost, NotSent

_PROXY_AUTHENTICATION = 407


@dataclass(frozen=True, slots=True)
class Answer:
    """HTTP status, the whole body, and the server's ``Date`` as it was sent."""

    status: int
    body: bytes
    date: str = ""


class Transport(Protocol):
    """Carries one request. Raises NotSent when nothing left this machine, AnswerLost when no whole answer came."""

    async def get(self, url: str, query: Mapping[str, str]) -> Answer:
        """GET with a query, which may hold a token: it must not reach a log or an error."""

    async def post(self, url: str, query: Mapping[str, str], body: bytes, content_type: str) -> Answer:
        """POST a body."""

    async def close(self) -> None:
        """Give back the connections."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one transport, in seconds, connections and bytes.

    ``connect_seconds`` includes the wait for a free connection and is below ``total_seconds``, so that a time-out
    before the request left can be told from one after it. ``idle_seconds`` is shorter than servers keep a connection
    (common defaults begin at 5): a POST on one that the other side just closed would count as a lost answer.
    """

    total_seconds: float = 8.0
    connect_seconds: float = 3.0
    connections: int = 256
    idle_seconds: float = 4.0
    answer_bytes: int = 16 * 1024 * 1024

    def __post_init__(self) -> None:
        if not 0 < self.connect_seconds < self.total_seconds:
            raise ValueError("connect_seconds must be below total_seconds")


class AiohttpTransport:
    """A pool of connections for one event loop. Make it and close it inside that loop.

    ``proxy``: the address of an HTTP proxy, ``http://user:password@host:port``, that every request goes through.
    """

    def __init__(self, bounds: Bounds | None = None, proxy: str | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str, query: Mapping[str, str]) -> Answer:
        """See :class:`Transport`."""
        return await self._request("GET", url, query, None, None)

    async def post(self, url: str, query: Mapping[str, str], body: bytes, content_type: str) -> Answer:
        """See :class:`Transport`."""
        return await self._request("POST", url, query, body, {"Content-Type": content_type})

    async def close(self) -> None:
        """See :class:`Transport`."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _request(
        self, method: str, url: str, query: Mapping[str, str], body: bytes | None, headers: Mapping[str, str] | None
    ) -> Answer:
        target = _address(url, tuple(query.items()))
        path = target.raw_path
        # The causes are cut off (`from None`): their texts may hold the address with its token.
        try:
            async with self._open().request(
                method, target, data=body, headers=headers, allow_redirects=False
            ) as response:
                if self._proxy and response.status == _PROXY_AUTHENTICATION:
                    raise NotSent(path, "the proxy wants another name or password")
                return Answer(response.status, await self._read(response, path), response.headers.get("Date", ""))
        except aiohttp.ClientHttpProxyError as error:
            raise NotSent(path, f"the proxy refuses ({error.status})") from None
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
            raise NotSent(path, f"no connection ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLost(path, f"no answer ({type(error).__name__})") from None

    async def _read(self, response: aiohttp.ClientResponse, path: str) -> bytes:
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._bounds.answer_bytes:
                response.close()
                raise AnswerLost(path, "the answer is too large")
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            bounds = self._bounds
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=bounds.connections, keepalive_timeout=bounds.idle_seconds),
                timeout=aiohttp.ClientTimeout(total=bounds.total_seconds, connect=bounds.connect_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=self._proxy,
            )
        return self._session


@lru_cache(maxsize=256)
def _address(url: str, query: tuple[tuple[str, str], ...]) -> URL:
    try:
        # Encoded already: yarl need not look at every character again. Calls of one API differ in their bodies alone.
        return URL(f"{url}?{urlencode(query)}" if query else url, encoded=True)
    except ValueError:
        raise NotSent("", "the address is malformed") from None
