"""Who comes into a journey: by an event, by the API or as a list; each by its entry key once, as its policy says."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import structlog

from weloop.contracts.conditions import walk
from weloop.contracts.events import Event, EventKind
from weloop.identity.api import find_identities
from weloop.journeys import repository
from weloop.journeys.counts import ENTERED, HERE, JOURNEY, Deltas
from weloop.journeys.shelf import Version
from weloop.journeys.terms import tell_segments
from weloop.kit.db import run, to_json
from weloop.kit.ids import new_trace_id
from weloop.kit.unit import UnitOfWork

log = structlog.get_logger(__name__)

Refused: TypeAlias = Literal["no_key", "known", "under_way", "too_soon", "too_often"]
CAUSED = frozenset(
    {
        EventKind.PERSON_TAGGED,
        EventKind.PERSON_UNTAGGED,
        EventKind.CONTACT_EDITED,
        EventKind.PROFILE_FETCHED,
        EventKind.ATTRIBUTE_CHANGED,
        EventKind.LEAD_ADVANCED,
        EventKind.LEAD_ASSIGNED,
        EventKind.SEGMENT_ENTERED,
        EventKind.SEGMENT_LEFT,
        EventKind.TASK_DONE,
    }
)
"""Kinds of events that a step of a journey may cause without anybody doing anything."""
MOST_CAUSED = 20
"""Entries of a person into one journey within an hour, from which on events that a journey may have caused let them in
no more: journeys whose steps cause their own entries would go round for ever. Ten tags put on at once by hand, each of
which lets in, are far below; what people and sites do is not bound by it.
"""
LOOKED_BACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who wants in. ``base``: of what there is one run, empty: it is unknown; ``name``: the occasion.

    ``is_caused``: a step of a journey may have caused what lets them in.
    """

    version: Version
    account_id: int
    identity_id: int
    person_id: int
    base: str
    name: str
    since: tuple[datetime, int]
    context: Mapping[str, Any]
    trace_id: str
    friendship: str = ""
    is_begun: bool = True
    is_caused: bool = False

    @property
    def journey_id(self) -> int:
        """The journey."""
        return self.version.program.journey_id

    @property
    def key(self) -> str:
        """The entry key: the same twice is one run."""
        if self.friendship or self.version.entry.again == "never":
            return self.base
        return f"{self.base}:{self.name}"


def arrival_by_event(version: Version, event: Event, person_id: int) -> Arrival:
    """Somebody whom an event brings; the event has a subject."""
    context = {name: walk(event.data, name.partition(".")[2]) for name in version.kept}
    context = {name: value for name, value in context.items() if value is not None}
    code = event.personal.get("welcome_code")
    if version.takes_code and code:
        context["welcome_code"] = code
    friendship = f"{event.identity_id}:{event.data.get('staff')}:" if version.entry.per == "friendship" else ""
    return Arrival(
        version=version,
        account_id=event.account_id,
        identity_id=event.identity_id or 0,
        person_id=person_id,
        base=_base(version, event, person_id, friendship),
        name=str(event.id),
        since=(event.occurred_at, event.id),
        context=context,
        trace_id=event.trace_id,
        friendship=friendship,
        is_begun=bool(not friendship or event.data.get("half") or code),
        is_caused=event.kind in CAUSED,
    )


def arrival_by_hand(version: Version, identity_id: int, person_id: int, occasion: str, now: datetime) -> Arrival:
    """Somebody whom a user or another system lets in. The same ``occasion`` twice is one."""
    per_event = version.entry.per != "person"
    return Arrival(
        version=version,
        account_id=0,
        identity_id=identity_id,
        person_id=person_id,
        base=f"by_hand_{person_id}_{occasion}" if per_event else f"person_{person_id}",
        name=f"by_hand_{occasion}",
        since=(now, 0),
        context={},
        trace_id=new_trace_id(),
    )


def _base(version: Version, event: Event, person_id: int, friendship: str) -> str:
    per = version.entry.per
    if per == "friendship":
        ending = repository.HALF if event.data.get("half") else ""
        return f"{friendship}{event.occurred_at.timestamp():.0f}{ending}"
    if per == "person":
        return f"person_{person_id}"
    if per == "event":
        return f"event_{event.id}"
    value = walk(event.data, per.partition(".")[2])
    return "" if value is None or isinstance(value, dict | list) else f"of_{str(value)[:200].replace(':', '_')}"


async def enter(unit: UnitOfWork, arrivals: Sequence[Arrival]) -> tuple[set[tuple[int, str]], dict[int, Refused]]:
    """Start the runs of those who may. Answers the new ones by (journey, entry key), and by the number of the arrival
    why not.
    """
    refused = await _refuse(unit, arrivals)
    rows: tuple[dict[Any, Any], dict[Any, Any]] = ({}, {})
    for number, arrival in enumerate(arrivals):
        if number not in refused:
            rows[0 if arrival.is_begun else 1].setdefault((arrival.journey_id, arrival.key), (arrival, number))
    # In this order: who is confirmed later makes two events, which may be in one batch.
    made = await _start(unit, [each[0] for each in rows[0].values()])
    made |= await _start(unit, [each[0] for each in rows[1].values()], unless_half=True)
    for number, arrival in enumerate(arrivals):
        if number not in refused and (arrival.journey_id, arrival.key) not in made:
            refused[number] = "known"
    if made:
        unit.publish("journeys")
    return made, refused


async def _start(unit: UnitOfWork, arrivals: Sequence[Arrival], *, unless_half: bool = False) -> set[tuple[int, str]]:
    made = await repository.enter(unit.connection, [_row(each) for each in arrivals], unit.now, unless_half=unless_half)
    versions = {(each.journey_id, each.key): each.version.program.version_id for each in arrivals}
    deltas = Deltas()
    for row in made:
        version_id = versions[row.journey_id, row.entry_key]
        deltas.add(row.journey_id, version_id, JOURNEY, ENTERED)
        deltas.add(row.journey_id, version_id, 0, HERE)
    await deltas.write(unit)
    identities = {(each.journey_id, each.key): each.identity_id for each in arrivals}
    await tell_segments(unit, [(row.journey_id, identities[row.journey_id, row.entry_key]) for row in made])
    return {(row.journey_id, row.entry_key) for row in made}


def _row(arrival: Arrival) -> tuple[Any, ...]:
    """In the form of ``repository.enter``."""
    within = arrival.version.goal_within
    return (
        arrival.journey_id,
        arrival.key,
        arrival.version.program.version_id,
        arrival.account_id,
        arrival.identity_id,
        arrival.person_id,
        arrival.since[0] + within if within is not None else None,
        arrival.version.listens,
        *arrival.since,
        to_json(arrival.context) if arrival.context else None,
        arrival.trace_id,
        arrival.friendship,
    )


async def _refuse(unit: UnitOfWork, arrivals: Sequence[Arrival]) -> dict[int, Refused]:
    """Whom their journey's policy keeps out, and who goes round in a circle."""
    refused: dict[int, Refused] = {number: "no_key" for number, each in enumerate(arrivals) if not each.base}
    guarded = [(number, each) for number, each in enumerate(arrivals) if each.base and is_guarded(each)]
    if guarded:
        refused |= await _refuse_guarded(unit, guarded)
    caused = [(number, each) for number, each in enumerate(arrivals) if each.is_caused and number not in refused]
    if caused:
        refused |= await _refuse_circles(unit, caused)
    return refused


async def _refuse_guarded(unit: UnitOfWork, guarded: Collection[tuple[int, Arrival]]) -> dict[int, Refused]:
    """By the journey's policy. Entries of the same key are looked at one after the other."""
    refused: dict[int, Refused] = {}
    await repository.lock_keys(unit.connection, {f"{each.journey_id}:{each.base}" for _, each in guarded})
    earlier = await _find_earlier(unit, [each for _, each in guarded])
    for number, arrival in guarded:
        known = earlier.setdefault((arrival.journey_id, arrival.base), [])
        reason = judge(arrival, known, unit.now)
        if reason is None:
            known.append((unit.now, None))
        else:
            refused[number] = reason
    return refused


async def _refuse_circles(unit: UnitOfWork, caused: Collection[tuple[int, Arrival]]) -> dict[int, Refused]:
    """Who came in too often within the hour, in whatever way; the same entry once."""
    identities = await find_identities(unit, {each.person_id for _, each in caused})
    journeys = {each.journey_id for _, each in caused}
    entered: Counter[tuple[int, int]] = Counter()
    since = unit.now - LOOKED_BACK
    rows = await run(
        unit.connection,
        """
        SELECT journey_id, identity_id, count(*) AS n FROM journey_run
        WHERE identity_id = ANY ($2::bigint[]) AND journey_id = ANY ($1::int[]) AND entered_at > $3
        GROUP BY journey_id, identity_id
        """,
        sorted(journeys),
        sorted(identities),
        since,
    )
    for row in rows:
        entered[row.journey_id, identities[row.identity_id]] += row.n
    refused: dict[int, Refused] = {}
    seen: set[tuple[int, str]] = set()
    for number, arrival in caused:
        if (arrival.journey_id, arrival.key) in seen:
            continue
        seen.add((arrival.journey_id, arrival.key))
        if entered[arrival.journey_id, arrival.person_id] >= MOST_CAUSED:
            refused[number] = "too_often"
        entered[arrival.journey_id, arrival.person_id] += 1
    for journey_id in {each.journey_id for number, each in caused if number in refused}:
        log.warning("journeys.goes_round", journey_id=journey_id)
    return refused


def is_guarded(arrival: Arrival) -> bool:
    """Whether more than the entry key decides: a person's runs of before, under whatever identity they were, or those
    of an earlier policy, which have other keys.
    """
    entry = arrival.version.entry
    if entry.per == "person" or entry.again == "after_end" or entry.pause_seconds:
        return True
    return arrival.version.once_now and not arrival.friendship


Times: TypeAlias = tuple[datetime, datetime | None]
"""When a run was entered, and when it ended."""


def judge(arrival: Arrival, earlier: Iterable[Times], now: datetime) -> Refused | None:
    """Why somebody with these runs before is kept out; None: they are not."""
    entry = arrival.version.entry
    for entered_at, ended_at in earlier:
        if entry.again == "never":
            return "known"
        if entry.again == "after_end" and ended_at is None:
            return "under_way"
        if entered_at > now - timedelta(seconds=entry.pause_seconds):
            return "too_soon"
    return None


async def _find_earlier(unit: UnitOfWork, arrivals: Collection[Arrival]) -> dict[tuple[int, str], list[Times]]:
    found: dict[tuple[int, str], list[Times]] = {}
    by_person = [each for each in arrivals if each.version.entry.per == "person"]
    if by_person:
        persons = await find_identities(unit, {each.person_id for each in by_person})
        identities = persons.keys() | {each.identity_id for each in by_person}
        journeys = {each.journey_id for each in by_person}
        for row in await repository.find_earlier(unit.connection, journeys, identities):
            person = persons.get(row.identity_id)
            found.setdefault((row.journey_id, f"person_{person}"), []).append((row.entered_at, row.ended_at))
    keyed = {(each.journey_id, each.base) for each in arrivals if each.version.entry.per != "person"}
    if keyed:
        for row in await repository.find_keyed(unit.connection, keyed):
            found.setdefault((row.journey_id, row.base), []).append((row.entered_at, row.ended_at))
    return found
