"""Turning events into persons, a batch at a time."""

import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.contracts.events import Event, EventKind, Lane
from weloop.contracts.identities import IdentitiesSeen, IdentityKind, IdentityRef, PersonsMoved, Profile, Strength
from weloop.identity import repository
from weloop.identity.errors import IdentityCollision
from weloop.identity.persons import refresh_persons
from weloop.identity.relations import fold_relations
from weloop.identity.rules import Link, Undo, fold_persons, link, standing
from weloop.kit.unit import UnitOfWork

FETCHING = frozenset({EventKind.CONTACT_ADDED, EventKind.CONTACT_EDITED, EventKind.FOLLOWER_SUBSCRIBED})
"""Events after which the platform may tell something new of their subject."""
OUR_DOING = frozenset(
    {
        EventKind.COMMAND_SENT,
        EventKind.COMMAND_FAILED,
        EventKind.COMMAND_UNCERTAIN,
        EventKind.MASS_MESSAGE_ENDED,
        EventKind.NOTICE_ENDED,
        EventKind.COMMAND_REFUSED,
        EventKind.WELCOME_SKIPPED,
        EventKind.CONSENT_WITHDRAWN,
        EventKind.CONSENT_GIVEN,
        EventKind.JOURNEY_ASKED,
    }
)
"""Events that say nothing new of their subject; fetching a profile after a failed fetch would never end."""
HEARSAY = frozenset(
    {
        EventKind.GROUP_JOINED,
        EventKind.PERSON_IMPORTED,
        EventKind.KF_SESSION_ENTERED,
        EventKind.KF_MESSAGE_RECEIVED,
        EventKind.KF_MESSAGE_ANSWERED,
    }
)
"""Events that name somebody by the way, such as the member list of a group chat or a file; a profile says more."""
SELF_TOLD = frozenset({EventKind.IDENTIFIED})
"""Events that tell a profile without a platform having been asked."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_UNFETCHED = frozenset({EventKind.PROFILE_FETCHED, EventKind.STAFF_MESSAGE_ARCHIVED})
"""Events after which nobody is asked: the answer itself, and what a site tells of a customer it cannot ask about."""
_FETCHABLE = frozenset({IdentityKind.EXTERNAL_CONTACT, IdentityKind.FOLLOWER})
_TOPICS = 20
"""Above so many persons in one batch only the list is told to look again."""


async def record(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle events of any kind: see identities, keep profiles and relations, join persons."""
    events = [event for event in events if event.subject is not None]
    if not events:
        return
    if any(event.aliases for event in events):
        await repository.lock_links(unit.connection)
    person_of, unseen = await _see(unit, events)
    await _write_profiles(unit, events)
    await repository.write_relations(unit.connection, fold_relations(events))
    linked = await _add_links(unit, events)
    touched = set(person_of.values())
    await _refresh(unit, touched, linked)
    _fetch_profiles(unit, events, unseen)
    _publish(unit, touched)


async def announce(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle the outcomes of our commands: tell the open pages of their persons."""
    subjects = {event.identity_id for event in events if event.identity_id is not None}
    _publish(unit, await repository.persons_of(unit.connection, subjects))


async def undo_fact(unit: UnitOfWork, target: bytes, user_id: int, identities: Collection[int]) -> None:
    """Add an undo of ``target`` and join the persons of ``identities`` anew."""
    await repository.lock_links(unit.connection)
    undo = Undo(target, uuid.uuid4().hex)
    await repository.add_undo(unit.connection, undo.key, target, unit.now, user_id)
    await _refresh(unit, set(), set(identities))
    unit.publish("persons")


async def refold(unit: UnitOfWork, persons: set[int], identities: set[int]) -> None:
    """Fold persons anew, after joining those of ``identities`` by the facts that are left."""
    await _refresh(unit, set(persons), identities)
    unit.publish("persons")


async def _see(unit: UnitOfWork, events: Sequence[Event]) -> tuple[dict[int, int], set[int]]:
    """Answers identity → person for all refs of the events, and those never fetched."""
    seen: dict[int, tuple[IdentityRef, int | None, datetime, datetime]] = {}
    for event in events:
        for ref, account_id in _refs(event):
            _, known, first, last = seen.get(ref.id, (ref, account_id, event.occurred_at, event.occurred_at))
            first, last = min(first, event.occurred_at), max(last, event.occurred_at)
            seen[ref.id] = (ref, known or account_id, first, last)
    rows = await repository.see_identities(
        unit.connection,
        [(key, ref.digest, ref.kind, ref.scope, ref.value, *rest) for key, (ref, *rest) in seen.items()],
    )
    for row in rows:
        if row.digest != seen[row.id][0].digest:
            raise IdentityCollision(f"two identities share the id {row.id}")
    if fresh := frozenset(row.id for row in rows if row.is_new):
        unit.append(IdentitiesSeen(fresh))
    return {row.id: row.person_id for row in rows}, {row.id for row in rows if row.fetched_at is None}


def _refs(event: Event) -> list[tuple[IdentityRef, int | None]]:
    # A site that tells of a customer is not the account that knows them.
    account_id = None if event.kind is EventKind.STAFF_MESSAGE_ARCHIVED else event.account_id
    subject = [(event.subject, account_id)] if event.subject is not None else []
    return [*subject, *((alias.ref, None) for alias in event.aliases)]


async def _write_profiles(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """The last of each identity; ``events`` are in order. Who is found no more keeps what was told before."""
    fetched = {event.identity_id: event for event in events if event.kind is EventKind.PROFILE_FETCHED}
    if fetched:
        await repository.write_fetches(
            unit.connection,
            [(key, bool(event.data.get("found")), event.occurred_at, event.id) for key, event in fetched.items()],
        )
    named = [event for event in events if event.profile is not None]
    heard = {event.identity_id: event for event in named if event.kind in HEARSAY}
    told = {event.identity_id: event for event in named if event.kind in SELF_TOLD or event.data.get("found")}
    rows = [_profile_row(event) for event in {**heard, **told}.values()]
    if rows:
        await repository.write_profiles(unit.connection, rows)


def _profile_row(event: Event) -> tuple[object, ...]:
    """What is only heard is older than anything told: it stands until a profile is fetched, and replaces none."""
    profile = event.profile or Profile()
    at = LONG_AGO if event.kind in HEARSAY else event.occurred_at
    row = (profile.name, profile.avatar_url, profile.gender, profile.company, profile.remark)
    return (event.identity_id, *row, at, event.id)


async def _add_links(unit: UnitOfWork, events: Sequence[Event]) -> set[int]:
    """Answers the identities that new links join."""
    found: dict[bytes, tuple[Link, Event]] = {}
    for event in events:
        for alias in event.aliases:
            if event.subject is not None and alias.ref.id != event.subject.id:
                made = link(event.subject.id, alias.ref.id, alias.strength)
                found.setdefault(made.key, (made, event))
    rows = [(key, fact.a, fact.b, fact.strength, event.occurred_at, event.id) for key, (fact, event) in found.items()]
    return await repository.add_links(unit.connection, rows) if rows else set()


async def _refresh(unit: UnitOfWork, touched: set[int], linked: set[int]) -> None:
    """Join what new facts connect, then fold all touched persons; adds the persons it found to ``touched``."""
    judged: set[int] = set()
    conflicts: set[int] = set()
    if linked:
        near = await repository.load_near(unit.connection, linked)
        facts = await repository.load_facts(unit.connection, [row.id for row in near])
        links = [Link(row.a, row.b, Strength(row.strength)) for row in facts if row.target is None]
        undos = {row.key: row.target for row in facts if row.target is not None}
        kept = standing([item.key for item in links], undos)
        folded = fold_persons(
            {row.id: IdentityKind(row.kind) for row in near},
            [item for item in links if item.key in kept],
            {row.id: row.scope for row in near},
        )
        await repository.assign_persons(unit.connection, folded.person_of)
        judged = set(folded.person_of.values())
        conflicts = {folded.person_of[identity] for identity in folded.conflicts}
        moved = {row.id: row.person_id for row in near if folded.person_of.get(row.id) != row.person_id}
        if moved:
            ends = {folded.person_of[identity] for identity in moved if identity in folded.person_of}
            unit.append(PersonsMoved(frozenset({*moved.values(), *ends})))
        touched |= judged | {row.person_id for row in near}
    await refresh_persons(unit.connection, touched, judged=judged, conflicts=conflicts)


def _fetch_profiles(unit: UnitOfWork, events: Sequence[Event], unseen: set[int]) -> None:
    for event in events:
        for ref in _told_of(event):
            if ref.kind in _FETCHABLE and (event.kind in FETCHING or ref.id in unseen):
                unseen.discard(ref.id)
                unit.enqueue(_fetch(event, ref))


def _told_of(event: Event) -> Sequence[IdentityRef]:
    """Whom the platform may be asked about after an event; a file may name a customer beside a number."""
    if event.subject is None or event.kind in _UNFETCHED:
        return ()
    others = [alias.ref for alias in event.aliases] if event.kind is EventKind.PERSON_IMPORTED else []
    return [event.subject, *others]


def _fetch(event: Event, ref: IdentityRef) -> Command:
    return Command(
        key=f"profile:{event.id}",
        name=CommandName.FETCH_PROFILE,
        account_id=event.account_id,
        body={"kind": ref.kind, "scope": ref.scope, "value": ref.value},
        delivery=Delivery.AT_LEAST_ONCE,
        lane=Lane.NORMAL,
        subject_id=ref.id,
        coalesce=f"profile:{event.account_id}:{ref.id}",
        trace_id=event.trace_id,
    )


def _publish(unit: UnitOfWork, persons: set[int]) -> None:
    unit.publish("persons")
    if len(persons) <= _TOPICS:
        for person in persons:
            unit.publish(f"person:{person}")
