"""Callback credentials by callback key, kept in the process: the hot path asks the database nothing."""

import asyncio
import time
from dataclasses import dataclass

import structlog

from weloop.accounts import repository
from weloop.accounts.models import Account
from weloop.accounts.secrets import open_secret
from weloop.accounts.service import TOPIC
from weloop.contracts.accounts import AccountKind
from weloop.contracts.callbacks import CallbackCredentials, CallbackMode
from weloop.contracts.errors import Overloaded
from weloop.kit.db import is_away
from weloop.kit.errors import SealBroken
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

log = structlog.get_logger(__name__)

FRESH_SECONDS = 60.0
"""Read again after this time even if no change was heard of."""
MISS_SECONDS = 1.0
"""An unknown key makes us read again at most this often: an account may be newer than our copy."""


@dataclass(frozen=True, slots=True)
class CallbackAccount:
    """The account behind a callback address."""

    kind: AccountKind
    credentials: CallbackCredentials


class CallbackDirectory:
    """All accounts that can receive callbacks, by key. Subscribe :meth:`on_topic` to the live listener."""

    def __init__(self, units: Units, vault: Vault) -> None:
        self._units = units
        self._vault = vault
        self._by_key: dict[str, CallbackAccount] = {}
        self._changes = 0
        self._copy_of = -1
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    def on_topic(self, topic: str) -> None:
        """Forget the copy when accounts changed, or may have."""
        if topic in (TOPIC, "*"):
            self._changes += 1

    async def find(self, callback_key: str) -> CallbackAccount | None:
        """The account with this key; None when there is none or it cannot receive.

        Overloaded when the accounts must be read and the database is away.
        """
        if not self._is_fresh(FRESH_SECONDS):
            await self._read(FRESH_SECONDS)
        found = self._by_key.get(callback_key)
        if found is None and not self._is_fresh(MISS_SECONDS):
            await self._read(MISS_SECONDS)
            found = self._by_key.get(callback_key)
        return found

    def _is_fresh(self, seconds: float) -> bool:
        return self._copy_of == self._changes and time.monotonic() - self._read_at <= seconds

    async def _read(self, seconds: float) -> None:
        async with self._reading:
            if self._is_fresh(seconds):
                return
            # Noted before reading: a change heard of meanwhile makes the copy stale again.
            changes, read_at = self._changes, time.monotonic()
            try:
                async with self._units.begin() as unit:
                    rows = await repository.list_accounts(unit.session)
            except Exception as error:
                if not is_away(error):
                    raise
                raise Overloaded("the accounts cannot be read") from error
            self._by_key = {row.callback_key: entry for row in rows if (entry := self._entry(row))}
            self._copy_of, self._read_at = changes, read_at

    def _entry(self, row: Account) -> CallbackAccount | None:
        if row.state == "disabled" or row.callback_token_sealed is None:
            return None
        try:
            token = open_secret(self._vault, row, "callback_token") or ""
            aes_key = open_secret(self._vault, row, "aes_key")
        except SealBroken:
            log.error("accounts.seal_broken", account_id=row.id)
            return None
        credentials = CallbackCredentials(
            account_id=row.id,
            app_id=row.app_id,
            original_id=row.original_id,
            token=token,
            aes_key=aes_key,
            mode=CallbackMode(row.mode),
        )
        return CallbackAccount(AccountKind(row.kind), credentials)
