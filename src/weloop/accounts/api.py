"""The face of the accounts module."""

from dataclasses import dataclass

from weloop.accounts import repository
from weloop.accounts.callbacks import CallbackAccount, CallbackDirectory
from weloop.accounts.rules import is_loopback
from weloop.accounts.secrets import open_secret
from weloop.accounts.service import create_account
from weloop.contracts.accounts import AccountHandle, AccountKind
from weloop.contracts.errors import CredentialExpired, NotFound, Rejected
from weloop.kit.errors import SealBroken
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork

__all__ = [
    "AccountRef",
    "CallbackAccount",
    "CallbackDirectory",
    "create_account",
    "find_account",
    "is_loopback",
    "list_account_names",
    "list_accounts",
    "load_handle",
]


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account as other modules know it."""

    id: int
    kind: AccountKind
    name: str
    app_id: str
    api_base: str
    state: str


async def list_accounts(unit: UnitOfWork) -> list[AccountRef]:
    """All accounts that are not removed, oldest first."""
    rows = await repository.list_accounts(unit.session)
    return [AccountRef(row.id, AccountKind(row.kind), row.name, row.app_id, row.api_base, row.state) for row in rows]


async def find_account(unit: UnitOfWork, account_id: int) -> AccountRef:
    """One account; NotFound when it is unknown or removed."""
    row = await repository.get_account(unit.session, account_id)
    if row is None:
        raise NotFound("there is no such account", code="account_not_found")
    return AccountRef(row.id, AccountKind(row.kind), row.name, row.app_id, row.api_base, row.state)


async def list_account_names(unit: UnitOfWork) -> dict[int, str]:
    """Names by account id, of removed accounts too."""
    return await repository.list_names(unit.session)


async def load_handle(unit: UnitOfWork, vault: Vault, account_id: int) -> AccountHandle:
    """What a client of the account needs.

    Rejected when it is unknown, removed or disabled; CredentialExpired without a secret that can be opened.
    """
    row = await repository.get_account(unit.session, account_id)
    if row is None or row.state == "disabled":
        raise Rejected("the account is disabled or removed")
    try:
        secret = open_secret(vault, row, "secret")
    except SealBroken as error:
        raise CredentialExpired("the secret was sealed with another key") from error
    if secret is None:
        raise CredentialExpired("the account has no secret")
    return AccountHandle(row.id, AccountKind(row.kind), row.api_base, row.app_id, row.agent_id or None, secret)
