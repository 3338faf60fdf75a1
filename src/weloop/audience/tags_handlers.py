"""What tags make of events: profiles that name marks, friendships that end, callbacks, and outcomes of our commands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from weloop.audience import tags_rows
from weloop.audience.tags import TOPIC, fetch_tags, find_platform_tags, take_list, take_made
from weloop.audience.tags_marking import fold_identities, settle
from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.contracts.json import JsonObject
from weloop.identity.api import find_friendships, find_persons
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork


async def take_profiles(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle ProfileFetched: the platform names the marks of each friendship it tells of."""
    told = [
        (event, friend)
        for event in events
        for friend in _friends(event)
        if event.identity_id is not None and isinstance(friend.get("tags"), list)
    ]
    if not told:
        return
    ids: defaultdict[int, set[str]] = defaultdict(set)
    for event, friend in told:
        ids[event.account_id] |= {str(each) for each in friend["tags"]}
    # Tags of accounts are locked, in one order by all.
    known = {account_id: await find_platform_tags(unit, account_id, each) for account_id, each in sorted(ids.items())}
    identities = {event.identity_id for event, _ in told if event.identity_id is not None}
    before: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for mark in await tags_rows.load_marks(unit.connection, identities):
        if mark.is_on:
            before[mark.identity_id, mark.staff].add(mark.tag_id)
    said: dict[tags_rows.Mark, tuple[bool, datetime]] = {}
    for event, friend in told:
        ids_of, pair = known[event.account_id], (event.identity_id or 0, str(friend.get("staff") or ""))
        on = {ids_of[each] for each in map(str, friend["tags"]) if each in ids_of}
        for tag_id in on | (before[pair] & set(ids_of.values())):
            said[(tag_id, *pair)] = (tag_id in on, event.occurred_at)
    await tags_rows.put_marks(unit.connection, said)
    await fold_identities(unit, identities)


def _friends(event: Event) -> Sequence[Mapping[str, Any]]:
    friends = event.data.get("friends")
    return [each for each in friends if isinstance(each, Mapping)] if isinstance(friends, list) else []


async def part_friends(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle the ends of friendships: the platform's marks were theirs."""
    ended = {(e.identity_id, str(e.data.get("staff") or "")) for e in events if e.identity_id is not None}
    persons = set((await find_persons(unit, {identity for identity, _ in ended})).values())
    # Who came back meanwhile keeps what they carry: callbacks come late, and count whole seconds.
    for account_id in {event.account_id for event in events}:
        friends = await find_friendships(unit, persons, account_id)
        ended -= {(friend.identity_id, friend.staff) for friend in friends}
    await fold_identities(unit, await tags_rows.part_marks(unit.connection, sorted(ended), unit.now))


async def look_again(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle PlatformTagsChanged: whatever it says, the tags are copied anew."""
    for account_id in {event.account_id for event in events}:
        fetch_tags(unit, account_id)


async def take_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of our commands."""
    marks = [event for event in events if event.data.get("command") in _MARKS]
    for event in sorted(events, key=lambda each: each.id):
        told = event.data.get("result") if event.kind is EventKind.COMMAND_SENT else None
        if event.data.get("command") == CommandName.FETCH_TAGS and isinstance(told, Mapping):
            await take_list(unit, event.account_id, told)
        elif event.data.get("command") in _MAKING:
            tag_id = int(str(event.data["ref"]).removeprefix("tag:"))
            failure = None if isinstance(told, Mapping) else _failure(event)
            await take_made(unit, tag_id, str(event.data["key"]), told if failure is None else None, failure)  # type: ignore[arg-type]
    if marks:
        await _take_marks(unit, marks)


_MARKS = frozenset({CommandName.MARK_CUSTOMER, CommandName.MARK_FOLLOWERS})
_MAKING = frozenset({CommandName.CREATE_TAG, CommandName.RENAME_TAG})


async def _take_marks(unit: UnitOfWork, events: Sequence[Event]) -> None:
    sent = [event for event in events if event.kind is EventKind.COMMAND_SENT]
    failed = {str(event.data["key"]): _failure(event) for event in events if event.kind is not EventKind.COMMAND_SENT}
    if failed:
        await tags_rows.fail_marks(unit.connection, failed)
    refused: dict[str, list[int]] = {}
    for event in sent:
        result = event.data.get("result")
        identities = result.get("refused") if isinstance(result, Mapping) else None
        if isinstance(identities, list) and identities:
            refused[str(event.data["key"])] = [int(str(each)) for each in identities]
    for key, identities in refused.items():
        await tags_rows.fail_marks(unit.connection, {key: {"code": "rejected", "params": {}}}, identities)
        await settle(unit, [key], identities, unit.now)
    await settle(unit, [key for event in sent if (key := str(event.data["key"])) not in refused], (), unit.now)
    unit.publish(TOPIC)


def _failure(event: Event) -> JsonObject:
    params = {name: event.data[name] for name in ("errcode", "reason") if event.data.get(name) is not None}
    code = "platform_uncertain" if event.kind is EventKind.COMMAND_UNCERTAIN else event.data.get("code")
    return {"code": code, "params": params}


_OUTCOMES = (EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED, EventKind.COMMAND_UNCERTAIN)
_ENDS = (EventKind.CONTACT_REMOVED, EventKind.CONTACT_LOST, EventKind.FOLLOWER_UNSUBSCRIBED)
HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    ((EventKind.PROFILE_FETCHED,), take_profiles),
    (_ENDS, part_friends),
    ((EventKind.PLATFORM_TAGS_CHANGED,), look_again),
    (_OUTCOMES, take_outcomes),
)
"""To be registered with the inbox."""
