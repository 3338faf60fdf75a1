"""Tags: our own, those of WeCom corps (企业标签) and those of official accounts.

Tags of a platform are made and renamed there by commands and copied from there: by the answers, by callbacks where the
platform calls back (not for what we did ourselves), and daily.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import find_account, list_accounts
from weloop.audience import tags_rows
from weloop.audience.tags_models import Tag
from weloop.audience.touches import refresh_readers
from weloop.contracts.accounts import AccountConnected, AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery, read_all
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.contracts.events import EventKind
from weloop.contracts.json import JsonObject
from weloop.kit.unit import UnitOfWork, Units

TOPIC = "tags"
TAGGED = frozenset({AccountKind.WECOM, AccountKind.OFFICIAL_ACCOUNT})
"""Accounts that have tags of their own."""
PLATFORM_CHARACTERS = 30
"""Of names at both platforms: add_corp_tag (path 92117) and tags/create, read 2025-12."""


async def create_tag(
    unit: UnitOfWork, user: CurrentUser, name: str, group: str = "", account_id: int | None = None
) -> Tag:
    """A tag of our own, or one that is made at a platform. Conflict for a name that is known in its group."""
    if account_id is not None:
        await _check_platform(unit, account_id, name, group)
    row = Tag(
        account_id=account_id,
        group_name=group,
        name=name,
        platform_id="",
        state="ready" if account_id is None else "creating",
        created_at=unit.now,
    )
    unit.session.add(row)
    await _flush(unit, name)
    if account_id is not None:
        _make(unit, row)
    _note(unit, user, "tag_created", row)
    return row


async def _check_platform(unit: UnitOfWork, account_id: int, name: str, group: str) -> None:
    account = await find_account(unit, account_id)
    is_wecom = account.kind is AccountKind.WECOM
    if account.kind not in TAGGED or bool(group) is not is_wecom:
        raise InvalidInput("tags of WeCom have a group, those of an official account none", code="tag_group")
    _check_length(name, group)


def _check_length(*names: str) -> None:
    if max(map(len, names)) > PLATFORM_CHARACTERS:
        raise InvalidInput("the platform takes no longer name", code="tag_name_long", most=PLATFORM_CHARACTERS)


def _make(unit: UnitOfWork, row: Tag) -> None:
    row.state, row.failure = "creating", None
    body: JsonObject = {"tag_id": row.id, "name": row.name, "group": row.group_name}
    _command(unit, row, CommandName.CREATE_TAG, body)


def _command(unit: UnitOfWork, row: Tag, name: CommandName, body: JsonObject) -> None:
    row.pending = f"tag:{uuid.uuid4().hex}"
    unit.enqueue(
        Command(
            key=row.pending,
            name=name,
            account_id=row.account_id or 0,
            body=body,
            delivery=Delivery.AT_LEAST_ONCE,
            ref=f"tag:{row.id}",
        )
    )


async def retry_tag(unit: UnitOfWork, user: CurrentUser, tag_id: int) -> Tag:
    """Make a tag again that could not be made; Conflict for any other."""
    row = await lock_tag(unit, tag_id)
    if row.state != "failed":
        raise Conflict("this tag did not fail", code="tag_not_failed")
    _make(unit, row)
    _note(unit, user, "tag_created", row)
    return row


async def rename_tag(unit: UnitOfWork, user: CurrentUser, tag_id: int, name: str, group: str) -> Tag:
    """Another name; of our own tags also another group. At a platform the name changes when the platform says so."""
    row = await lock_tag(unit, tag_id)
    if row.account_id is None:
        row.name, row.group_name = name, group
        await _flush(unit, name)
    else:
        if row.state != "ready" or group != row.group_name:
            raise Conflict("only the name of a tag that is there can be changed", code="tag_not_ready")
        _check_length(name)
        row.failure = None
        body: JsonObject = {"tag_id": row.id, "id": row.platform_id, "name": name}
        _command(unit, row, CommandName.RENAME_TAG, body)
    _note(unit, user, "tag_renamed", row)
    return row


async def archive_tag(unit: UnitOfWork, user: CurrentUser, tag_id: int, archived: bool) -> Tag:
    """Put it away, or take it back. Who carries it keeps it, here and at the platform."""
    row = await lock_tag(unit, tag_id)
    if (row.archived_at is not None) is not archived:
        row.archived_at = unit.now if archived else None
        _note(unit, user, "tag_archived" if archived else "tag_restored", row)
    return row


async def _flush(unit: UnitOfWork, name: str) -> None:
    try:
        await unit.session.flush()
    except IntegrityError as error:
        raise Conflict("a tag has this name", code="tag_known", name=name) from error


async def lock_tag(unit: UnitOfWork, tag_id: int) -> Tag:
    """One; NotFound."""
    row = await tags_rows.lock_tag(unit.session, tag_id)
    if row is None or row.state == "gone":
        raise NotFound("there is no such tag", code="tag_not_found")
    return row


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: Tag) -> None:
    record_act(unit, user.id, act, f"tag:{row.id}", {"name": row.name})
    unit.publish(TOPIC)


def fetch_tags(unit: UnitOfWork, account_id: int) -> None:
    """Copy the tags of an account; once, however many ask while it waits."""
    unit.enqueue(read_all(CommandName.FETCH_TAGS, account_id))


async def fetch_all(unit: UnitOfWork) -> int:
    """The same for every account that works and has tags; how many these are."""
    accounts = [ref.id for ref in await list_accounts(unit) if ref.kind in TAGGED and ref.state == "ready"]
    for account_id in accounts:
        fetch_tags(unit, account_id)
    return len(accounts)


async def refresh_tags(units: Units, now: datetime) -> None:
    """Run daily, in machine time: what a lost callback told comes in."""
    async with units.begin() as unit:
        await fetch_all(unit)


async def look_at_new_account(unit: UnitOfWork, connected: AccountConnected) -> None:
    """An account works from now on: copy its tags."""
    if connected.kind in TAGGED:
        fetch_tags(unit, connected.account_id)


async def take_list(unit: UnitOfWork, account_id: int, told: Mapping[str, Any]) -> None:
    """What an account has: new tags come, others get their names, those it has no more are gone."""
    at = datetime.fromtimestamp(float(told["fetched_at"]), UTC)
    rows = await tags_rows.lock_account_tags(unit.session, account_id)
    by_id = {row.platform_id: row for row in rows if row.platform_id}
    by_name = {(row.group_name, row.name): row for row in rows if not row.platform_id and row.state != "gone"}
    listed = {str(each["id"]): each for each in told["tags"]}
    gone = [row for key, row in by_id.items() if key not in listed and row.state == "ready" and _is_older(row, at)]
    for row in gone:
        row.state = "gone"
    # Names that are free again must be free in the table before others take them.
    await unit.session.flush()
    for key, each in listed.items():
        named = (str(each["group"]), str(each["name"]))
        row = by_id.get(key) or by_name.get(named) or Tag(account_id=account_id, created_at=unit.now)
        if row.id is None or _is_older(row, at):
            row.group_name, row.name = named
            row.platform_id, row.state, row.seen_at = key, "ready", at
            unit.session.add(row)
    await unit.session.flush()
    if gone:
        await tags_rows.drop_tags(unit.connection, [row.id for row in gone])
        await refresh_readers(unit, [EventKind.PERSON_UNTAGGED])
    unit.publish(TOPIC)


def _is_older(row: Tag, at: datetime) -> bool:
    return row.seen_at is None or row.seen_at <= at


async def take_made(
    unit: UnitOfWork, tag_id: int, key: str, told: Mapping[str, Any] | None, failure: JsonObject | None
) -> None:
    """What became of making or renaming a tag; ``told`` None: nothing, for ``failure``."""
    row = await tags_rows.lock_tag(unit.session, tag_id)
    if row is None or row.pending != key:
        return
    if told is None:
        row.failure = dict(failure or {})
        row.state = "failed" if row.state == "creating" else row.state
    elif await tags_rows.find_twin(unit.session, row, str(told["id"])):
        # It came in meanwhile under an id alone; the copy that was asked for brings its name.
        await unit.session.delete(row)
    else:
        row.platform_id, row.name, row.state, row.seen_at = str(told["id"]), str(told["name"]), "ready", unit.now
        row.pending, row.failure = None, None
    await unit.session.flush()
    unit.publish(TOPIC)


async def find_platform_tags(unit: UnitOfWork, account_id: int, ids: Collection[str]) -> dict[str, int]:
    """Our ids of an account's tags. Those we have not heard of are noted, and their names asked for."""
    rows = await tags_rows.lock_account_tags(unit.session, account_id)
    heard = {row.platform_id for row in rows}
    new = [
        Tag(account_id=account_id, group_name="", name=key, platform_id=key, state="ready", created_at=unit.now)
        for key in sorted(set(ids) - heard)
    ]
    if new:
        unit.session.add_all(new)
        await unit.session.flush()
        fetch_tags(unit, account_id)
    return {row.platform_id: row.id for row in (*rows, *new) if row.platform_id and row.state != "gone"}


async def list_tags(unit: UnitOfWork) -> Sequence[Tag]:
    """All but those that are gone."""
    return await tags_rows.list_tags(unit.session)
