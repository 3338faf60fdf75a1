"""One token of a kind per account, shared by all processes: whoever holds the lease asks the platform, others wait.

Beside access tokens these are the JS-SDK tickets, which live and are shared the same way.

Transactions here are short and of their own; none is open while the platform is asked. Leases run in machine time.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.errors import Retryable
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.errors import SealBroken
from weloop.kit.seal import Vault

Fetch: TypeAlias = Callable[[], Awaitable[tuple[str, int]]]
"""Asks the platform for the token of an account and its life in seconds."""


class TokenKind(StrEnum):
    ACCESS = "access"
    CORP_TICKET = "corp_ticket"
    """For ``wx.config``."""
    APP_TICKET = "app_ticket"
    """For ``wx.agentConfig``."""


PURPOSE = "account.access_token"
LEASE = timedelta(seconds=15)
"""Longer than a call to the platform may take; a process that died is replaced after it."""
POLL_SECONDS = 0.05
WAIT_SECONDS = 20.0
"""After this long without a token the caller tries again later."""
EARLY = timedelta(seconds=120)
"""A token is replaced this long before its end: a call may wait, and clocks differ."""
FAILURE_SECONDS = 5.0
"""A refusal is repeated for this long without asking: repeated wrong secrets get an address blocked."""

_LOAD = "SELECT token_sealed, expires_at, generation FROM access_token WHERE account_id = $1 AND kind = $2"
_TAKE_LEASE = """
INSERT INTO access_token (account_id, kind, lease_owner, lease_until) VALUES ($1, $6, $2, $4)
ON CONFLICT (account_id, kind) DO UPDATE SET lease_owner = $2, lease_until = $4
WHERE access_token.generation = $5
    AND (access_token.lease_until IS NULL OR access_token.lease_until < $3 OR access_token.lease_owner = $2)
RETURNING generation
"""
_STORE = """
UPDATE access_token
SET token_sealed = $3, expires_at = $4, generation = generation + 1, lease_owner = NULL, lease_until = NULL
WHERE account_id = $1 AND lease_owner = $2 AND kind = $5
RETURNING generation
"""
_RELEASE = """
UPDATE access_token SET lease_owner = NULL, lease_until = NULL
WHERE account_id = $1 AND lease_owner = $2 AND kind = $3
"""


@dataclass(frozen=True, slots=True)
class _Stored:
    """The row: ``usable_until`` is stored as ``expires_at``, the early end already taken off."""

    value: str = ""
    usable_until: datetime | None = None
    generation: int = 0

    def is_usable(self, bad: str | None) -> bool:
        """Whether it may be used now and is another than ``bad``."""
        return self.usable_until is not None and self.value != bad and machine_now() < self.usable_until

    def __repr__(self) -> str:
        return f"_Stored(generation={self.generation})"


class SharedToken:
    """One token of an account. It is a ``TokenSource`` of the API clients; make one per account, kind and process.

    ``credentials``: what ``fetch`` asks with. A token that was asked for with others is none: a process that has not
    heard of a change yet may store one, and new credentials would look good by it.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        account_id: int,
        fetch: Fetch,
        kind: TokenKind = TokenKind.ACCESS,
        credentials: str = "",
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._account_id = account_id
        self._fetch = fetch
        self._kind = kind
        self._purpose = f"{PURPOSE}.{sha256(credentials.encode()).hexdigest()}"
        self._owner = secrets.token_hex(8)
        self._held = _Stored()
        self._one_at_a_time = asyncio.Lock()
        self._failure: tuple[Exception, datetime] | None = None

    def __repr__(self) -> str:
        return f"SharedToken(account_id={self._account_id}, kind={self._kind})"

    async def get(self) -> str:
        """The current token, from memory while it lasts. Errors are those of ``fetch``, or Retryable."""
        if not self._held.is_usable(None):
            await self._renew(None)
        return self._held.value

    async def refresh(self, bad: str) -> str:
        """Another token than ``bad``; asks the platform only if the stored one is still the bad one."""
        await self._renew(bad)
        return self._held.value

    async def _renew(self, bad: str | None) -> None:
        async with self._one_at_a_time:
            if not self._held.is_usable(bad):
                self._raise_recent_failure()
                self._held = await self._agree(bad)

    async def _agree(self, bad: str | None) -> _Stored:
        """Use what another process stored, or store a new one as the only process that does."""
        deadline = machine_now() + timedelta(seconds=WAIT_SECONDS)
        while machine_now() < deadline:
            stored = await self._load()
            if stored.is_usable(bad):
                return stored
            if await self._take_lease(stored.generation):
                fresh = await self._replace(stored.generation)
                if fresh is not None:
                    return fresh
            await asyncio.sleep(POLL_SECONDS)
        raise Retryable("another process is fetching the token")

    async def _load(self) -> _Stored:
        async with self._engine.begin() as connection:
            rows = await run(connection, _LOAD, self._account_id, self._kind)
        if not rows:
            return _Stored()
        row = rows[0]
        value = self._open(row.token_sealed)
        return _Stored(value, row.expires_at if value else None, row.generation)

    def _open(self, sealed: bytes | None) -> str:
        """The token; empty when there is none, or one of other credentials, or of another key."""
        try:
            return self._vault.open(sealed, self._purpose).decode() if sealed else ""
        except SealBroken:
            return ""

    async def _take_lease(self, generation: int) -> bool:
        now = machine_now()
        async with self._engine.begin() as connection:
            rows = await run(
                connection, _TAKE_LEASE, self._account_id, self._owner, now, now + LEASE, generation, self._kind
            )
        return bool(rows)

    async def _replace(self, generation: int) -> _Stored | None:
        """Fetch and store; None when the lease was lost meanwhile, because it ended or the account was changed."""
        try:
            value, seconds = await self._fetch()
        except BaseException as error:
            if isinstance(error, Exception):
                self._failure = error, machine_now() + timedelta(seconds=FAILURE_SECONDS)
            await self._release()
            raise
        self._failure = None
        life = timedelta(seconds=seconds)
        usable_until = machine_now() + max(life - EARLY, life / 2)
        sealed = self._vault.seal(value.encode(), self._purpose)
        async with self._engine.begin() as connection:
            rows = await run(connection, _STORE, self._account_id, self._owner, sealed, usable_until, self._kind)
        return _Stored(value, usable_until, generation + 1) if rows else None

    async def _release(self) -> None:
        async with self._engine.begin() as connection:
            await run(connection, _RELEASE, self._account_id, self._owner, self._kind)

    def _raise_recent_failure(self) -> None:
        if self._failure is not None:
            error, until = self._failure
            if machine_now() < until:
                raise error.with_traceback(None)
            self._failure = None
