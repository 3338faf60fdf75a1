"""Accounts of kind video_channel (视频号): known by name and id only. Works and followers have no official interface.

Lives and the contacts left in them have one of the Channels assistant (视频号助手), which we do not speak yet.
"""

import re
import secrets
from collections.abc import Sequence

from weloop.access.api import CurrentUser, record_act
from weloop.accounts import repository
from weloop.accounts.models import Account
from weloop.accounts.service import CALLBACK_KEY_BYTES, TOPIC
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.kit.unit import UnitOfWork

_FINDER_ID = re.compile(r"sph[0-9A-Za-z]{6,60}")
"""Ids of Channels accounts begin like that; what exactly follows is read leniently."""


async def list_video_channels(unit: UnitOfWork) -> Sequence[Account]:
    """Those that are not removed, oldest first."""
    return [row for row in await repository.list_accounts(unit.session) if row.kind == AccountKind.VIDEO_CHANNEL]


async def add_video_channel(unit: UnitOfWork, user: CurrentUser, name: str, finder_id: str) -> Account:
    """Note one. InvalidInput for an id that is none, Conflict for one that is noted. No platform is asked."""
    account = Account(
        kind=AccountKind.VIDEO_CHANNEL,
        name=name,
        app_id=_checked(finder_id),
        agent_id=0,
        api_base="",
        callback_key=secrets.token_urlsafe(CALLBACK_KEY_BYTES),
        state="ready",
        created_at=unit.now,
        updated_at=unit.now,
    )
    await _check_twin(unit, account)
    unit.session.add(account)
    await unit.session.flush()
    _note(unit, user, "video_channel_added", account)
    return account


async def change_video_channel(
    unit: UnitOfWork, user: CurrentUser, account_id: int, name: str, finder_id: str
) -> Account:
    """Give it another name or id."""
    account = await _get(unit, account_id)
    account.name, account.app_id, account.updated_at = name, _checked(finder_id), unit.now
    await _check_twin(unit, account)
    _note(unit, user, "video_channel_changed", account)
    return account


async def remove_video_channel(unit: UnitOfWork, user: CurrentUser, account_id: int) -> None:
    """Remove it; its name stays for what took place there."""
    account = await _get(unit, account_id)
    account.state = "disabled"
    account.removed_at = account.updated_at = unit.now
    _note(unit, user, "video_channel_removed", account)


def _checked(finder_id: str) -> str:
    if not _FINDER_ID.fullmatch(finder_id):
        raise InvalidInput("finder_id has not the right shape", code="account_shape", field="finder_id")
    return finder_id


async def _check_twin(unit: UnitOfWork, account: Account) -> None:
    with unit.session.no_autoflush:
        if await repository.find_twin(unit.session, account):
            raise Conflict("this account is noted already", code="account_exists", app_id=account.app_id)


async def _get(unit: UnitOfWork, account_id: int) -> Account:
    account = await repository.get_account(unit.session, account_id, lock=True)
    if account is None or account.kind != AccountKind.VIDEO_CHANNEL:
        raise NotFound("there is no such Channels account", code="video_channel_not_found")
    return account


def _note(unit: UnitOfWork, user: CurrentUser, act: str, account: Account) -> None:
    record_act(unit, user.id, act, f"account:{account.id}", {"name": account.name})
    unit.publish(TOPIC)
