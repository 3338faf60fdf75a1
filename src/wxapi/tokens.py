"""Access tokens: where a client gets its token from, and a source for programs of one process."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

EARLY_SECONDS = 120.0
"""A token this close to its end is replaced before it is used: a call may wait and the clocks may differ."""


class TokenSource(Protocol):
    """Gives the token that all callers of one (account, secret) share."""

    async def get(self) -> str:
        """The current token."""

    async def refresh(self, bad: str) -> str:
        """Another token than ``bad``, which the platform refused; if somebody replaced it already, that one."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A fresh token and its life in seconds. The value is not in its repr."""

    value: str = field(repr=False)
    expires_in: int


class MemoryTokens:
    """Keeps the token of one account in this process; asks for a new one once, however many callers wait."""

    def __init__(self, fetch: Callable[[], Awaitable[AccessToken]]) -> None:
        self._fetch = fetch
        self._value = ""
        self._until = 0.0
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return "MemoryTokens(…)"

    async def get(self) -> str:
        """See :class:`TokenSource`."""
        if self._fresh():
            return self._value
        async with self._lock:
            if not self._fresh():
                await self._replace()
            return self._value

    async def refresh(self, bad: str) -> str:
        """See :class:`TokenSource`."""
        async with self._lock:
            if self._value == bad or not self._fresh():
                await self._replace()
            return self._value

    def _fresh(self) -> bool:
        return bool(self._value) and time.monotonic() < self._until

    async def _replace(self) -> None:
        token = await self._fetch()
        self._value = token.value
        # A token that lives shorter than the margin is used for half of its life.
        self._until = time.monotonic() + max(token.expires_in - EARLY_SECONDS, token.expires_in / 2)
