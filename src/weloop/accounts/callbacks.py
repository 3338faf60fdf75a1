"""Callback credentials by callback key, kept in the process: the hot path asks the database nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from weloop.accounts import repository
from weloop.accounts.models import Account
from weloop.accounts.secrets import open_secret
from weloop.accounts.service import TOPIC
from weloop.contracts.accounts import AccountKind
from weloop.contracts.callbacks import CallbackCredentials, CallbackMode
from weloop.kit.directory import Directory
from weloop.kit.errors import SealBroken
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CallbackAccount:
    """The account behind a callback address."""

    kind: AccountKind
    credentials: CallbackCredentials


class CallbackDirectory(Directory[str, CallbackAccount]):
    """All accounts that can receive callbacks, by key."""

    def __init__(self, units: Units, vault: Vault) -> None:
        super().__init__([TOPIC], self._load_accounts)
        self._units = units
        self._vault = vault

    async def _load_accounts(self) -> Mapping[str, CallbackAccount]:
        async with self._units.begin() as unit:
            rows = await repository.list_accounts(unit.session)
        return {row.callback_key: entry for row in rows if (entry := self._entry(row))}

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
