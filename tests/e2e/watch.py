"""Watches what a browser does behind the page: complaints, broken requests, requests to other places."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request, Response, WebError

CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class Watch:
    """Collects the complaints of one browser context.

    ``origins`` are where its pages may be opened; ``data`` holds every Chinese text that the server answered: what is
    data is not for translating.
    """

    def __init__(self, context: BrowserContext, origins: set[str]) -> None:
        self._origins = origins
        self._expected: list[re.Pattern[str]] = []
        self._complaints: list[str] = []
        self.data: set[str] = set()
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        self._context = context

    def stop(self) -> None:
        """Hear no more of the context."""
        self._context.remove_listener("console", self._on_console)
        self._context.remove_listener("weberror", self._on_error)
        self._context.remove_listener("request", self._on_request)
        self._context.remove_listener("response", self._on_response)

    def expect(self, pattern: str) -> None:
        """Let complaints that match pass, because the test provokes them."""
        self._expected.append(re.compile(pattern))

    def check(self) -> None:
        """Fail when something was complained about since the last check."""
        found, self._complaints = self._complaints, []
        assert [each for each in found if not any(known.search(each) for known in self._expected)] == []

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            self._complaints.append(f"console {message.type}: {message.text} ({place})")

    def _on_error(self, error: WebError) -> None:
        self._complaints.append(f"uncaught: {error.error}")

    def _on_request(self, request: Request) -> None:
        """Pages may be opened at the known places; what they fetch must come from where they come from."""
        if not request.url.startswith(("http", "ws")):
            return
        known = self._origins if request.is_navigation_request() else {origin_of(request.frame.url)}
        if origin_of(request.url) not in known:
            self._complaints.append(f"asked another place: {request.url}")

    def _on_response(self, response: Response) -> None:
        if "/api/" in response.url and "json" in (response.headers.get("content-type") or ""):
            text = read_answer(response)
            if text:
                self.data.update(_chinese(json.loads(text)))


def read_answer(response: Response) -> str:
    """What the page was answered; nothing where it went away or asked anew before: then it shows nothing of it."""
    try:
        return response.text()
    except Error as error:
        if "No resource" not in str(error) and "closed" not in str(error) and "No data" not in str(error):
            raise
        return ""


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _chinese(value: Any) -> Iterator[str]:
    if isinstance(value, str) and CJK.search(value):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _chinese(each)
    elif isinstance(value, list):
        for each in value:
            yield from _chinese(each)
