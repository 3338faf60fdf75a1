"""Making and ending sites and write keys."""

import secrets

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import AccountRef, create_site, find_account, list_accounts, remove_site
from weloop.connectors.web import repository
from weloop.connectors.web.keys import TOPIC
from weloop.connectors.web.models import Site, WriteKey
from weloop.connectors.web.rules import PREFIXES, KeyKind, clean_origin, hash_key
from weloop.connectors.web.schemas import WriteKeyChange, WriteKeyInput
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.kit.unit import UnitOfWork

KEY_BYTES = 24
HINT = 4
MAX_KEYS = 50


async def list_sites(unit: UnitOfWork) -> list[AccountRef]:
    """All sites, oldest first."""
    return [ref for ref in await list_accounts(unit) if ref.kind is AccountKind.WEB]


async def find_site(unit: UnitOfWork, account_id: int) -> AccountRef:
    """One site; NotFound."""
    site = await find_account(unit, account_id)
    if site.kind is not AccountKind.WEB:
        raise NotFound("there is no such site", code="site_not_found")
    return site


async def add_site(unit: UnitOfWork, user: CurrentUser, name: str) -> int:
    """Make a site; answers its account id."""
    account_id = await create_site(unit, user, name)
    unit.session.add(Site(account_id=account_id))
    unit.publish("sites")
    return account_id


async def end_site(unit: UnitOfWork, user: CurrentUser, account_id: int) -> None:
    """Remove a site: its keys are refused from now on."""
    await remove_site(unit, user, account_id)
    for row in await repository.list_keys(unit.session, [account_id]):
        row.revoked_at = row.revoked_at or unit.now
    _publish(unit)


async def add_key(unit: UnitOfWork, user: CurrentUser, account_id: int, given: WriteKeyInput) -> tuple[WriteKey, str]:
    """Make a write key; answers it with the key itself, which is stored nowhere."""
    site = await find_site(unit, account_id)
    if len(await repository.list_keys(unit.session, [account_id])) >= MAX_KEYS:
        raise Conflict("too many keys", code="write_key_many", max=MAX_KEYS)
    kind = KeyKind(given.kind)
    key = PREFIXES[kind] + secrets.token_urlsafe(KEY_BYTES)
    row = WriteKey(
        account_id=site.id,
        kind=kind,
        name=given.name,
        key_hash=hash_key(key),
        hint=key[-HINT:],
        origins=_origins(kind, given.origins),
        created_by=user.id,
        created_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    _note(unit, user, "write_key_created", row)
    return row, key


async def change_key(
    unit: UnitOfWork, user: CurrentUser, account_id: int, key_id: int, given: WriteKeyChange
) -> WriteKey:
    """Give a key another name or other pages."""
    row = await _get_key(unit, account_id, key_id)
    if row.revoked_at is not None:
        raise Conflict("the key is revoked", code="write_key_revoked")
    row.name = given.name or row.name
    if given.origins is not None:
        row.origins = _origins(KeyKind(row.kind), given.origins)
    _note(unit, user, "write_key_changed", row)
    return row


async def revoke_key(unit: UnitOfWork, user: CurrentUser, account_id: int, key_id: int) -> WriteKey:
    """Refuse a key from now on, for good."""
    row = await _get_key(unit, account_id, key_id)
    if row.revoked_at is None:
        row.revoked_at = unit.now
        _note(unit, user, "write_key_revoked", row)
    return row


def _origins(kind: KeyKind, given: list[str]) -> list[str]:
    if kind is KeyKind.SERVER and given:
        raise InvalidInput("a server key is not for pages", code="write_key_origins")
    return list(dict.fromkeys(clean_origin(each) for each in given))


async def _get_key(unit: UnitOfWork, account_id: int, key_id: int) -> WriteKey:
    await find_site(unit, account_id)
    row = await repository.get_key(unit.session, account_id, key_id)
    if row is None:
        raise NotFound("there is no such key", code="write_key_not_found")
    return row


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: WriteKey) -> None:
    record_act(unit, user.id, act, f"write_key:{row.id}", {"name": row.name, "hint": row.hint})
    _publish(unit)


def _publish(unit: UnitOfWork) -> None:
    unit.publish(TOPIC)
    unit.publish("sites")
