"""The face of the accounts module."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from weloop.accounts import repository, service
from weloop.accounts.callbacks import CallbackAccount, CallbackDirectory
from weloop.accounts.models import Account
from weloop.accounts.rules import is_loopback
from weloop.accounts.secrets import open_secret
from weloop.accounts.service import create_account
from weloop.accounts.sites import create_site, remove_site, rename_site
from weloop.accounts.troubles import (
    BRAKES,
    DEAF,
    STOPS,
    Trouble,
    What,
    end_troubles,
    lift_brake,
    list_troubles,
    note_troubles,
    take_tries,
)
from weloop.contracts.accounts import AccountChecker, AccountHandle, AccountKind, CheckResult
from weloop.contracts.errors import CredentialExpired, NotFound, Rejected
from weloop.kit.db import run
from weloop.kit.errors import SealBroken
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork, Units

__all__ = [
    "BRAKES",
    "DEAF",
    "STOPS",
    "AccountRef",
    "CallbackAccount",
    "CallbackDirectory",
    "Standing",
    "Trouble",
    "What",
    "check_account",
    "create_account",
    "create_site",
    "end_troubles",
    "find_account",
    "find_app_ids",
    "find_standings",
    "is_loopback",
    "lift_brake",
    "list_account_names",
    "list_accounts",
    "list_troubles",
    "load_handle",
    "note_troubles",
    "remove_site",
    "rename_site",
    "take_tries",
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
    service_type: str | None
    callback_key: str = field(repr=False)
    """Part of the address that its callbacks come to."""
    has_callback_token: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands. ``service_type``: of an official account, service or subscription. ``troubles``: what
    stands in its way, and the command it is about, or nothing."""

    state: str
    service_type: str | None
    troubles: tuple[tuple[What, str], ...] = ()


async def list_accounts(unit: UnitOfWork) -> list[AccountRef]:
    """All accounts that are not removed, oldest first."""
    rows = await repository.list_accounts(unit.session)
    return [_ref(row) for row in rows]


async def find_account(unit: UnitOfWork, account_id: int) -> AccountRef:
    """One account; NotFound when it is unknown or removed."""
    row = await repository.get_account(unit.session, account_id)
    if row is None:
        raise NotFound("there is no such account", code="account_not_found")
    return _ref(row)


def _ref(row: Account) -> AccountRef:
    return AccountRef(
        row.id,
        AccountKind(row.kind),
        row.name,
        row.app_id,
        row.api_base,
        row.state,
        row.service_type,
        row.callback_key,
        row.callback_token_sealed is not None,
        row.created_at,
    )


async def check_account(
    units: Units,
    checkers: Mapping[AccountKind, AccountChecker],
    user_id: int | None,
    account_id: int,
    *,
    by_itself: bool = False,
) -> CheckResult:
    """Make a real round trip, store what it said, and say it. Conflict when the account is disabled or was changed."""
    account = await service.check_account(units, checkers, user_id, account_id, by_itself=by_itself)
    if account.failure is None:
        return CheckResult()
    params = account.failure["params"]
    return CheckResult(account.failure["code"], params["reason"], params["errcode"])


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


async def find_standings(unit: UnitOfWork, accounts: Collection[int]) -> dict[int, Standing]:
    """How these accounts stand; unknown and removed ones are left out."""
    rows = await run(
        unit.connection,
        """
        SELECT a.id, a.state, a.service_type, t.what, t.capability FROM account AS a
        LEFT JOIN account_trouble AS t ON t.account_id = a.id AND t.off_until IS NULL
        WHERE a.id = ANY ($1::bigint[]) AND a.removed_at IS NULL
        """,
        sorted(accounts),
    )
    troubles: defaultdict[int, list[tuple[What, str]]] = defaultdict(list)
    for row in rows:
        if row.what is not None:
            troubles[row.id].append((What(row.what), row.capability))
    return {row.id: Standing(row.state, row.service_type, tuple(troubles[row.id])) for row in rows}


async def find_app_ids(unit: UnitOfWork, accounts: Collection[int]) -> dict[int, str]:
    """The app id of each of these accounts; those that are unknown or removed are left out."""
    rows = await run(
        unit.connection,
        "SELECT id, app_id FROM account WHERE id = ANY ($1::int[]) AND removed_at IS NULL",
        sorted(accounts),
    )
    return {row.id: row.app_id for row in rows}
