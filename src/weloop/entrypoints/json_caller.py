"""A JSON client for processes that call the same server many times: one connection, kept."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import aiohttp

SECONDS = 30.0


class Refused(Exception):
    """The server answered with an error, or not at all (``status`` 0)."""

    def __init__(self, method: str, path: str, status: int, text: str) -> None:
        super().__init__(f"{method} {path} answered {status}: {text[:300]}")
        self.status = status


class JsonCaller:
    """Calls one server inside one event loop; keeps its cookies."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self._headers: dict[str, str] = {}

    async def __aenter__(self) -> "JsonCaller":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def add_header(self, name: str, value: str) -> None:
        """Send a header with every call from now on."""
        self._headers[name] = value

    async def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON answer, None for any other content; Refused for an error or no answer."""
        try:
            async with self._open().request(
                method,
                self._base_url + path,
                json=body,
                headers={**self._headers, **(headers or {})},
                allow_redirects=False,
            ) as answer:
                if answer.status >= 400:
                    raise Refused(method, path, answer.status, await answer.text())
                return await answer.json() if answer.content_type == "application/json" else None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Refused(method, path, 0, type(error).__name__) from error

    async def upload(self, path: str, name: str, content: bytes, mime: str) -> Any:
        """Post one file as a form."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name, content_type=mime)
        async with self._open().post(self._base_url + path, data=form, headers=self._headers) as answer:
            if answer.status >= 400:
                raise Refused("POST", path, answer.status, await answer.text())
            return await answer.json()

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            jar = aiohttp.CookieJar(unsafe=True)  # the servers are named by their IP address
            timeout = aiohttp.ClientTimeout(total=SECONDS)
            self._session = aiohttp.ClientSession(cookie_jar=jar, timeout=timeout)
        return self._session
