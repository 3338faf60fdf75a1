"""Putting tags on persons and taking them off, in sets; and what platforms tell of their marks.

A mark of a platform counts when the platform says so: by the answer to our command, since what an app does itself is
not called back, or by a profile.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from weloop.accounts.api import find_account
from weloop.audience import tags_rows
from weloop.audience.tags import TOPIC
from weloop.audience.tags_models import Tag
from weloop.contracts.accounts import AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.errors import Conflict, NotFound
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.json import JsonObject
from weloop.identity.api import (
    Friendship,
    find_accounts,
    find_friendships,
    find_identities,
    find_persons,
    lock_persons,
)
from weloop.kit.unit import UnitOfWork

FOLLOWERS_AT_ONCE = 50
"""tags/members/batchtagging, read 2025-12: at most 50 openids a call."""


@dataclass(frozen=True, slots=True)
class Tagging:
    """What became of persons. ``done``: it is so now. ``waiting``: their platform was asked. ``unreached``: they have
    no relation with the tag's account.
    """

    done: frozenset[int]
    waiting: frozenset[int]
    unreached: frozenset[int]


async def tag_persons(unit: UnitOfWork, persons: Collection[int], tags: Collection[int], on: bool) -> Tagging:
    """Put tags on persons, or take them off. ``persons``: ids of persons or of their identities.

    NotFound for an unknown tag; Conflict for one that is archived (only taking off goes) or not at its platform yet.
    """
    rows = await _usable(unit, tags, on)
    found = frozenset((await find_persons(unit, persons)).values())
    await lock_persons(unit, found)
    done: set[int] = set()
    waiting: set[int] = set()
    ours = [row for row in rows if row.account_id is None]
    if ours:
        await _mark_ours(unit, found, ours, on)
        done |= found
    by_account: defaultdict[int, list[Tag]] = defaultdict(list)
    for row in rows:
        if row.account_id is not None:
            by_account[row.account_id].append(row)
    reached: set[int] = set()
    for account_id, of_account in by_account.items():
        friends = await find_friendships(unit, found, account_id)
        reached |= {friend.person_id for friend in friends}
        waiting |= await _ask(unit, account_id, friends, of_account, on)
    if by_account:
        done |= reached - waiting
    unit.publish(TOPIC)
    unit.publish("persons")
    return Tagging(frozenset(done - waiting), frozenset(waiting), found - done - waiting)


async def _usable(unit: UnitOfWork, tags: Collection[int], on: bool) -> Sequence[Tag]:
    rows = [row for row in await tags_rows.list_tags(unit.session, tags) if row.state != "gone"]
    if len(rows) < len(set(tags)):
        raise NotFound("there is no such tag", code="tag_not_found")
    for row in rows:
        if on and row.archived_at is not None:
            raise Conflict("this tag is archived", code="tag_archived", name=row.name)
        if row.state != "ready":
            raise Conflict("this tag is not at its platform yet", code="tag_not_ready", name=row.name)
    return rows


async def _mark_ours(unit: UnitOfWork, persons: Collection[int], tags: Sequence[Tag], on: bool) -> None:
    person_of = await find_identities(unit, persons)
    ids = [row.id for row in tags]
    if on:
        # A person is named by one of its identities: that one keeps the mark when the person is told apart.
        marks = [(tag_id, person, "") for tag_id in ids for person in persons]
    else:
        carried = await tags_rows.load_marks(unit.connection, person_of, ids)
        marks = [(mark.tag_id, mark.identity_id, mark.staff) for mark in carried]
    await tags_rows.put_marks(unit.connection, dict.fromkeys(marks, (on, unit.now)))
    await fold(unit, persons)


async def _ask(
    unit: UnitOfWork, account_id: int, friends: Sequence[Friendship], tags: Sequence[Tag], on: bool
) -> set[int]:
    """Enqueue what is not so yet, and not under way; the persons it is about."""
    identities = {friend.identity_id for friend in friends}
    marks = await tags_rows.load_marks(unit.connection, identities, [row.id for row in tags])
    is_so = {(m.tag_id, m.identity_id, m.staff): m.is_on if m.failure else _becomes(m) for m in marks}
    missing = [
        (row, friend)
        for row in tags
        for friend in friends
        if is_so.get((row.id, friend.identity_id, friend.staff), False) is not on
    ]
    if (await find_account(unit, account_id)).kind is AccountKind.WECOM:
        commands = list(_mark_customers(account_id, missing, on))
    else:
        commands = list(_mark_followers(account_id, missing, on))
    rows = []
    for command, pairs in commands:
        unit.enqueue(command)
        rows += [(row.id, friend.identity_id, friend.staff, command.key) for row, friend in pairs]
    await tags_rows.want_marks(unit.connection, rows, on)
    return {friend.person_id for _, friend in missing}


def _becomes(mark: object) -> bool:
    wanted, is_on = getattr(mark, "wanted"), getattr(mark, "is_on")  # noqa: B009 -- a row has no type
    return bool(is_on if wanted is None else wanted)


_Pairs = list[tuple[Tag, Friendship]]


def _mark_customers(account_id: int, missing: _Pairs, on: bool) -> Iterable[tuple[Command, _Pairs]]:
    """One command for all tags of one member's customer."""
    pairs: defaultdict[tuple[int, str], _Pairs] = defaultdict(list)
    for row, friend in missing:
        pairs[friend.identity_id, friend.staff].append((row, friend))
    for of_pair in pairs.values():
        friend = of_pair[0][1]
        ids = [row.platform_id for row, _ in of_pair]
        body: JsonObject = {
            "staff": friend.staff,
            "external_userid": friend.value,
            "add": ids if on else [],
            "remove": [] if on else ids,
        }
        yield _command(account_id, CommandName.MARK_CUSTOMER, body, friend.identity_id), of_pair


def _mark_followers(account_id: int, missing: _Pairs, on: bool) -> Iterable[tuple[Command, _Pairs]]:
    by_tag: defaultdict[int, _Pairs] = defaultdict(list)
    for row, friend in missing:
        by_tag[row.id].append((row, friend))
    for of_tag in by_tag.values():
        for begin in range(0, len(of_tag), FOLLOWERS_AT_ONCE):
            some = of_tag[begin : begin + FOLLOWERS_AT_ONCE]
            body: JsonObject = {
                "id": some[0][0].platform_id,
                "on": on,
                "openids": [friend.value for _, friend in some],
                "identities": [friend.identity_id for _, friend in some],
            }
            yield _command(account_id, CommandName.MARK_FOLLOWERS, body, None), some


def _command(account_id: int, name: CommandName, body: JsonObject, subject_id: int | None) -> Command:
    return Command(
        key=f"mark:{uuid.uuid4().hex}",
        name=name,
        account_id=account_id,
        body=body,
        delivery=Delivery.AT_LEAST_ONCE,
        lane=Lane.BULK,
        subject_id=subject_id,
    )


async def settle(unit: UnitOfWork, commands: Collection[str], refused: Collection[int], at: datetime) -> None:
    """The platform did what these commands (keys) asked, but for the refused identities."""
    touched = await tags_rows.settle_marks(unit.connection, commands, refused, at)
    await fold_identities(unit, touched)


async def fold_identities(unit: UnitOfWork, identities: Collection[int]) -> None:
    """Fold the persons of these identities."""
    persons = set((await find_persons(unit, identities)).values())
    await lock_persons(unit, persons)
    await fold(unit, persons)


async def fold(unit: UnitOfWork, persons: Collection[int]) -> None:
    """Fold persons from their marks; what changed is told as events."""
    if not persons:
        return
    changes = await tags_rows.fold_persons(unit.connection, await find_identities(unit, persons), persons)
    if not changes:
        return
    names = {row.id: row.name for row in await tags_rows.list_tags(unit.session, {row.tag_id for row in changes})}
    accounts = await find_accounts(unit, {row.person_id for row in changes})
    for row in changes:
        unit.append(
            NewEvent(
                account_id=accounts.get(row.person_id, 0),
                kind=EventKind.PERSON_TAGGED if row.carries else EventKind.PERSON_UNTAGGED,
                dedupe=f"tagged:{uuid.uuid4().hex}",
                occurred_at=unit.now,
                identity_id=row.person_id,
                data={"tag_id": row.tag_id, "tag": names.get(row.tag_id, "")},
            )
        )
    unit.publish(TOPIC)
    unit.publish("persons")


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Identities went to other persons: each person carries what its identities carry. Nobody tagged anybody."""
    await tags_rows.fold_persons(unit.connection, await find_identities(unit, persons), persons)
