"""Bytes to and from the platform: three methods, and their implementation with pyreqwest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import unquote, urlencode, urlsplit

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import BuilderError, PoolTimeoutError, RequestError
from pyreqwest.http import Url
from pyreqwest.proxy import ProxyBuilder
from pyreqwest.request import RequestBuilder

from wxapi.errors import AnswerLost, NotSent

_PROXY_AUTHENTICATION = 407
_NO_CONNECTION = "client error (Connect)"
"""A cause of errors that came before a connection stood, tunnel and TLS included. Their types do not tell: a request
that was cut off is a ``ConnectError`` too. What does not name this cause counts as sent."""


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


class HttpTransport:
    """A pool of connections for one event loop. Make it and close it inside that loop.

    ``proxy``: the address of an HTTP proxy, ``http://user:password@host:port``, that every request goes through.
    """

    def __init__(self, bounds: Bounds | None = None, proxy: str | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._proxy = proxy
        self._client: Client | None = None

    async def get(self, url: str, query: Mapping[str, str]) -> Answer:
        """See :class:`Transport`."""
        address = _read_address(url, tuple(query.items()))
        return await self._send(address.path, self._open().get(address))

    async def post(self, url: str, query: Mapping[str, str], body: bytes, content_type: str) -> Answer:
        """See :class:`Transport`."""
        address = _read_address(url, tuple(query.items()))
        request = self._open().post(address).header("Content-Type", content_type).body_bytes(body)
        return await self._send(address.path, request)

    async def close(self) -> None:
        """See :class:`Transport`."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _send(self, path: str, request: RequestBuilder) -> Answer:
        # The causes are cut off (`from None`): their texts may hold the address with its token.
        try:
            async with request.build_streamed() as response:
                if self._proxy and response.status == _PROXY_AUTHENTICATION:
                    raise NotSent(path, "the proxy wants another name or password")
                # Reads until there is no more, so that one byte too many is enough to know.
                body = await response.body_reader.read(self._bounds.answer_bytes + 1)
                if body is not None and len(body) > self._bounds.answer_bytes:
                    raise AnswerLost(path, "the answer is too large")
                return Answer(response.status, bytes(body or b""), response.headers.get("date", ""))
        except (BuilderError, PoolTimeoutError) as error:
            raise NotSent(path, f"no connection ({type(error).__name__})") from None
        except RequestError as error:
            causes = [cause["message"] for cause in error.details["causes"] or []]
            if _NO_CONNECTION in causes:
                raise NotSent(path, f"no connection ({causes[-1]})") from None
            raise AnswerLost(path, f"no answer ({type(error).__name__})") from None

    def _open(self) -> Client:
        if self._client is None:
            bounds = self._bounds
            connecting = timedelta(seconds=bounds.connect_seconds)
            builder = (
                ClientBuilder()
                .user_agent("wxapi")
                .follow_redirects(False)
                .referer(False)
                .gzip(False)
                .brotli(False)
                .zstd(False)
                .deflate(False)
                .max_connections(bounds.connections)
                .pool_timeout(connecting)
                .connect_timeout(connecting)
                .timeout(timedelta(seconds=bounds.total_seconds))
                .pool_idle_timeout(timedelta(seconds=bounds.idle_seconds))
            )
            # Without a word about proxies it would take one from the environment.
            builder = builder.proxy(_read_proxy(self._proxy)) if self._proxy else builder.no_proxy()
            self._client = builder.build()
        return self._client


@lru_cache(maxsize=256)
def _read_address(url: str, query: tuple[tuple[str, str], ...]) -> Url:
    """The address of a call; calls of one API differ in their bodies alone."""
    try:
        return Url(f"{url}?{urlencode(query)}" if query else url)
    except ValueError:
        raise NotSent("", "the address is malformed") from None


def _read_proxy(address: str) -> ProxyBuilder:
    parts = urlsplit(address)
    proxy = ProxyBuilder.all(f"http://{parts.netloc.rpartition('@')[2]}")
    if parts.username is None:
        return proxy
    return proxy.basic_auth(unquote(parts.username), unquote(parts.password or ""))
