"""Noting of whom something changed that a segment may listen for."""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from weloop.audience import repository
from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import ConsentNoted, IdentitiesForgotten, IdentitiesSeen
from weloop.contracts.terms import CONSENT, PROFILE, RELATION, SEEN, ManyChanged
from weloop.kit.unit import UnitOfWork

TOPIC = "segments"
HELD = timedelta(days=1)
"""Members are judged anew after this time even if nobody says that it is over."""
ANYTHING = "*"
"""The mark that concerns every segment: somebody is new, or identities went from one person to another."""
RELATIONS = frozenset(
    {
        EventKind.CONTACT_ADDED,
        EventKind.CONTACT_REMOVED,
        EventKind.CONTACT_LOST,
        EventKind.FOLLOWER_SUBSCRIBED,
        EventKind.FOLLOWER_UNSUBSCRIBED,
        EventKind.PROFILE_FETCHED,
    }
)
"""Events that say who has somebody as a friend, or by which code they came."""


async def touch(unit: UnitOfWork, touches: Iterable[tuple[str, int]]) -> None:
    """Note (mark, identity): what the mark stands for has changed of the identity's person. Any number at once."""
    await _note(unit, {(*each, None) for each in touches})


async def _note(unit: UnitOfWork, noted: AbstractSet[tuple[str, int, datetime | None]]) -> None:
    if noted and await repository.touch_identities(unit.connection, noted):
        unit.publish(TOPIC)


async def find_listened(unit: UnitOfWork, marks: Collection[str]) -> set[str]:
    """Those of these marks that some segment listens for: where touches are many and listeners few."""
    return await repository.find_listened(unit.connection, marks) if marks else set()


async def refresh_readers(unit: UnitOfWork, marks: Collection[str]) -> None:
    """What marks stand for has changed of many persons at once: have them all judged anew by who listens for it."""
    if await repository.refresh_readers(unit.connection, marks, unit.now):
        unit.publish(TOPIC)


async def follow_many(unit: UnitOfWork, changed: Sequence[ManyChanged]) -> None:
    """Others say so."""
    await refresh_readers(unit, frozenset().union(*(each.marks for each in changed)))


async def hold_readers(unit: UnitOfWork, marks: Collection[str]) -> None:
    """What marks stand for is being made anew: leave members as they are until :func:`refresh_readers` is called."""
    if await repository.hold_readers(unit.connection, marks, unit.now + HELD):
        unit.publish(TOPIC)


async def follow_events(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle events of any kind: note whom they concern.

    A platform's clock may be ahead of ours: what is told before it happens is judged once more when it does.
    """
    noted: set[tuple[str, int, datetime | None]] = set()
    for event in events:
        if event.identity_id is not None:
            moments = (None, event.occurred_at) if event.occurred_at > unit.now else (None,)
            noted |= {(mark, event.identity_id, due) for mark in _marks(event) for due in moments}
    await _note(unit, noted)


def _marks(event: Event) -> Iterable[str]:
    yield str(event.kind)
    yield SEEN
    if event.profile is not None:
        yield PROFILE
    if event.kind in RELATIONS:
        yield RELATION


async def follow_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Identities moved between these persons."""
    if await repository.touch_persons(unit.connection, {(ANYTHING, person) for person in persons}):
        unit.publish(TOPIC)


async def follow_seen(unit: UnitOfWork, seen: Sequence[IdentitiesSeen]) -> None:
    """Somebody is new: what is said of who has *not* done something holds for them already."""
    await touch(unit, ((ANYTHING, identity) for each in seen for identity in each.identities))


async def follow_consent(unit: UnitOfWork, noted: Sequence[ConsentNoted]) -> None:
    """Something was noted by hand."""
    await touch(unit, ((CONSENT, identity) for each in noted for identity in each.identities))


async def follow_forgotten(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Identities were erased: members without one are gone."""
    await follow_moves(unit, frozenset().union(*(each.persons for each in forgotten)))
