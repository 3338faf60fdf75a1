"""Accounts of kind web: websites, apps and other systems that send events to us. They have no platform behind them."""

import secrets

from weloop.access.api import CurrentUser, record_act
from weloop.accounts import repository
from weloop.accounts.models import Account
from weloop.accounts.service import CALLBACK_KEY_BYTES, TOPIC
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import NotFound
from weloop.kit.ids import new_code
from weloop.kit.unit import UnitOfWork

APP_ID_LENGTH = 12


async def create_site(unit: UnitOfWork, user: CurrentUser, name: str) -> int:
    """Make a site, ready at once; answers its account id. Its app id is random: visitors are known within it."""
    account = Account(
        kind=AccountKind.WEB,
        name=name,
        app_id=f"site_{new_code(APP_ID_LENGTH)}",
        api_base="",
        callback_key=secrets.token_urlsafe(CALLBACK_KEY_BYTES),
        state="ready",
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(account)
    await unit.session.flush()
    _note(unit, user, "site_created", account)
    return account.id


async def rename_site(unit: UnitOfWork, user: CurrentUser, account_id: int, name: str) -> None:
    """Give a site another name; NotFound when the account is no site."""
    account = await _get(unit, account_id)
    account.name, account.updated_at = name, unit.now
    _note(unit, user, "site_renamed", account)


async def remove_site(unit: UnitOfWork, user: CurrentUser, account_id: int) -> None:
    """Remove a site; its name stays for the log."""
    account = await _get(unit, account_id)
    account.state = "disabled"
    account.removed_at = account.updated_at = unit.now
    _note(unit, user, "site_removed", account)


async def _get(unit: UnitOfWork, account_id: int) -> Account:
    account = await repository.get_account(unit.session, account_id, lock=True)
    if account is None or account.kind != AccountKind.WEB:
        raise NotFound("there is no such site", code="site_not_found")
    return account


def _note(unit: UnitOfWork, user: CurrentUser, act: str, account: Account) -> None:
    record_act(unit, user.id, act, f"account:{account.id}", {"name": account.name})
    unit.publish(TOPIC)
