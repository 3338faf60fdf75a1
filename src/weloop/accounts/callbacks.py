"""Callback credentials by callback key, kept in the process: the hot path asks the database nothing."""

from dataclasses import dataclass

import structlog

from weloop.accounts import repository
from weloop.accounts.models import Account
from weloop.accounts.secrets import open_secret
from weloop.accounts.service import TOPIC
from weloop.contracts.accounts import AccountKind
from weloop.contracts.callbacks import CallbackCredentials, CallbackMode
from weloop.kit.clock import machine_now
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
        self._read_at: float | None = None

    def on_topic(self, topic: str) -> None:
        """Forget the copy when accounts changed, or may have."""
        if topic in (TOPIC, "*"):
            self._read_at = None

    async def find(self, callback_key: str) -> CallbackAccount | None:
        """The account with this key; None when there is none or it cannot receive."""
        age = self._age()
        if age is None or age > FRESH_SECONDS:
            await self._read()
        found = self._by_key.get(callback_key)
        if found is None and age is not None and age > MISS_SECONDS:
            await self._read()
            found = self._by_key.get(callback_key)
        return found

    def _age(self) -> float | None:
        return None if self._read_at is None else machine_now().timestamp() - self._read_at

    async def _read(self) -> None:
        # Stamped before reading: a change heard of meanwhile makes the copy stale again.
        self._read_at = stamp = machine_now().timestamp()
        async with self._units.begin() as unit:
            rows = await repository.list_accounts(unit.session)
        self._by_key = {row.callback_key: entry for row in rows if (entry := self._entry(row))}
        if self._read_at is not None:
            self._read_at = stamp

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
