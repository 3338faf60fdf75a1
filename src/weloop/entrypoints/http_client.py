"""A small JSON client on the standard library, for set-up and checks on this machine."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from weloop.contracts.errors import SetupError

SECONDS = 30


class JsonClient:
    """Calls one server and keeps its cookies and the CSRF token it was told."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}

    def add_header(self, name: str, value: str) -> None:
        """Send a header with every call from now on."""
        self._headers[name] = value

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON answer, None for any other content.

        Raises SetupError for any other answer, OSError without one.
        """
        connection = http.client.HTTPConnection(*self._address, timeout=SECONDS)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), self._headers)
            response = connection.getresponse()
            content = response.read()
            kind, cookie = response.getheader("Content-Type", ""), response.getheader("Set-Cookie")
        finally:
            connection.close()
        if cookie:
            self._headers["Cookie"] = cookie.split(";", 1)[0]
        if response.status >= 400:
            raise SetupError(f"{method} {path} answered {response.status}: {content[:300].decode(errors='replace')}")
        return json.loads(content) if kind.startswith("application/json") else None
