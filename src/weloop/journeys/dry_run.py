"""What a dry run is given: a draft made ready, sample people with what is known of them, and their events. Reads only:
its transaction is one in which PostgreSQL refuses to write.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

from weloop.contracts.chance import bucket
from weloop.contracts.documents import plain_document
from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind
from weloop.identity.api import choose_identities, draw_persons, find_identities, find_person_names, find_persons
from weloop.inbox.api import read_events_of, read_log
from weloop.journeys.definition import Definition
from weloop.journeys.errors import JourneyInvalid, NobodyToSample
from weloop.journeys.facts import load_facts
from weloop.journeys.forms import YEAR
from weloop.journeys.handlers import to_event
from weloop.journeys.publishing import WebhookAccounts, examine
from weloop.journeys.rehearsal import Played, Sample
from weloop.journeys.scripts import CODE, ScriptedEvent, write_events
from weloop.journeys.service import MAX_DRAFT_BYTES, get_journey
from weloop.journeys.shelf import Version, look_into, make_version
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import Foreseen, foresee

People: TypeAlias = Literal["chosen", "random", "entrants"]
MAX_PEOPLE = 200
DRAWN = 10
"""So many are drawn for each who is wanted: not everybody could enter."""
MONTH = timedelta(days=30)
PAGE, MAX_SCANNED = 2_000, 50_000
"""Of the log, looking for entrants."""
TO_COME = timedelta(seconds=2 * YEAR)
FAR = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom and what to play. ``entrants``: who would have entered in the last 30 days, with what they really did;
    the script is left out then. ``by_hand``: all are let in at the start, without an event.
    """

    people: People
    persons: Collection[int] = ()
    count: int = 20
    starts_at: datetime | None = None
    script: Sequence[ScriptedEvent] = ()
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """Ready to be played. ``found``: how many entrants there were; ``missing``: chosen persons who are not known."""

    definition: Definition
    version: Version
    samples: Sequence[Sample]
    starts_at: datetime
    horizon: datetime
    names: Mapping[int, str | None] = field(default_factory=dict)
    found: int = 0
    missing: Sequence[int] = ()


async def prepare(
    unit: UnitOfWork, journey_id: int, draft: Mapping[str, Any] | None, plan: Plan, find_webhooks: WebhookAccounts
) -> Prepared:
    """Load it all. JourneyInvalid for a draft with faults; NobodyToSample."""
    await run(unit.connection, "SET TRANSACTION READ ONLY")
    row = await get_journey(unit, journey_id)
    document = row.draft if draft is None else plain_document(draft, MAX_DRAFT_BYTES)
    definition, webhooks, faults = await examine(unit, document or {}, find_webhooks)
    if definition is None:
        raise JourneyInvalid(node=faults[0].node, count=len(faults))
    version = make_version(journey_id, 0, definition.model_dump(mode="json"), webhooks)
    starts_at = unit.now if plan.starts_at is None else plan.starts_at.astimezone(UTC)
    if abs(starts_at - unit.now) > FAR:
        raise InvalidInput("it starts within five years from now")
    prepared = Prepared(definition, version, (), starts_at, starts_at + TO_COME)
    if plan.people == "entrants":
        prepared = await _recall(unit, prepared, plan.count)
    else:
        prepared = await _invent(unit, prepared, plan)
    names = await find_person_names(unit, {each.person_id for each in prepared.samples})
    return replace(prepared, names=names)


async def judge_messages(unit: UnitOfWork, played: Sequence[Played], *, afresh: bool) -> Mapping[str, Foreseen]:
    """What policy would say of every message that was played, by the key of its command."""
    await run(unit.connection, "SET TRANSACTION READ ONLY")
    steps = [step for each in played for passage in each.passages for step in passage.steps]
    return await foresee(unit, [(step.at, command) for step in steps for command in step.commands], afresh=afresh)


async def _load_samples(unit: UnitOfWork, version: Version, identities: Mapping[int, int]) -> list[Sample]:
    """Persons {person: identity} with all that nodes and triggers may ask of them."""
    needs = version.asks.union(*(step.needs for step in version.program.steps))
    facts = await load_facts(unit, [(identity, needs) for identity in identities.values()])
    return [Sample(person, identity, facts.of(identity)) for person, identity in identities.items()]


async def _invent(unit: UnitOfWork, prepared: Prepared, plan: Plan) -> Prepared:
    """Known persons with events that never were."""
    definition, version = prepared.definition, prepared.version
    by_hand = plan.by_hand or not (plan.script or definition.entry.events)
    script = plan.script if plan.script or by_hand else (ScriptedEvent(0, trigger=0),)
    is_drawn = plan.people == "random"
    kinds = frozenset() if by_hand else _kinds_of(version)
    wanted = await draw_persons(unit, kinds, plan.count * DRAWN) if is_drawn else plan.persons
    identities = await choose_identities(unit, wanted)
    at = prepared.starts_at
    samples = [
        replace(
            each,
            events=write_events(definition, script, each.identity_id, at),
            by_hand_at=at if by_hand else None,
        )
        for each in await _load_samples(unit, version, identities)
    ]
    if is_drawn:
        samples = [each for each in samples if by_hand or _could_enter(version, each)][: plan.count]
    if not samples:
        raise NobodyToSample
    missing = [] if is_drawn else sorted(set(wanted) - (await find_persons(unit, wanted)).keys())
    return replace(prepared, samples=samples, missing=missing)


def _could_enter(version: Version, sample: Sample) -> bool:
    return any(version.hears("entry", event, look_into(event, sample.facts)) for event in sample.events)


_SUBJECTS = {
    "Follower": IdentityKind.FOLLOWER,
    "MenuClicked": IdentityKind.FOLLOWER,
    "Contact": IdentityKind.EXTERNAL_CONTACT,
    "Group": IdentityKind.EXTERNAL_CONTACT,
    "Kf": IdentityKind.EXTERNAL_CONTACT,
}
"""By how a kind of event begins: of what kind its subject always is."""


def _kinds_of(version: Version) -> frozenset[str]:
    """Kinds of identities of which somebody who enters has one; empty: any."""
    kinds = {
        next((str(subject) for start, subject in _SUBJECTS.items() if kind.startswith(start)), "")
        for what, kind in version.listeners
        if what == "entry"
    }
    return frozenset() if "" in kinds else frozenset(kinds)


async def _recall(unit: UnitOfWork, prepared: Prepared, count: int) -> Prepared:
    """Who would have entered within the last month, and what really happened to them since, up to now."""
    version, since = prepared.version, unit.now - MONTH
    entrants = await find_entrants(unit, version, since)
    if not entrants:
        raise NobodyToSample
    # By a hash: the same ones each time, and not those of one day.
    drawn = sorted(entrants, key=lambda person: bucket(CODE, person))[:count]
    samples = await _load_samples(unit, version, {person: entrants[person].identity_id or 0 for person in drawn})
    persons = await find_identities(unit, drawn)
    kinds = {kind for _, kind in version.listeners}
    if version.segment_exit is not None:
        kinds.add(EventKind.SEGMENT_LEFT)
    if version.opt_out_ends:
        kinds.add(EventKind.CONSENT_WITHDRAWN)
    events: defaultdict[int, list[Event]] = defaultdict(list)
    for row in await read_events_of(unit.connection, persons.keys(), kinds, since):
        if row.occurred_at <= unit.now:
            events[persons[row.identity_id]].append(to_event(row))
    samples = [replace(each, events=_in_order(events[each.person_id])) for each in samples]
    return replace(prepared, samples=samples, starts_at=since, horizon=unit.now, found=len(entrants))


async def find_entrants(unit: UnitOfWork, version: Version, since: datetime) -> dict[int, Event]:
    """Persons who would have entered since then, each with the event that would have brought it in first."""
    kinds = {kind for what, kind in version.listeners if what == "entry"}
    entrants: dict[int, Event] = {}
    after, scanned = (since, 0), 0
    while kinds and scanned < MAX_SCANNED:
        rows = await read_log(unit.connection, kinds, after, PAGE)
        facts = await load_facts(unit, [(row.identity_id, version.asks) for row in rows])
        heard: dict[int, Event] = {}
        for row in rows:
            event = to_event(row)
            if row.occurred_at >= since and version.hears("entry", event, look_into(event, facts.of(row.identity_id))):
                heard.setdefault(row.identity_id, event)
        persons = await find_persons(unit, heard.keys())
        for identity, event in heard.items():
            if identity in persons:
                entrants.setdefault(persons[identity], event)
        scanned += len(rows)
        if len(rows) < PAGE:
            break
        after = (rows[-1].recorded_at, rows[-1].id)
    return entrants


def _in_order(events: Sequence[Event]) -> list[Event]:
    """By their moments. The log keeps no welcome codes: the first event of a friendship gets one again."""
    ordered, begun = sorted(events, key=lambda each: (each.occurred_at, each.id)), set()
    for number, event in enumerate(ordered):
        if event.kind is EventKind.CONTACT_ADDED:
            friendship = (event.identity_id, event.data.get("staff"))
            if friendship not in begun:
                ordered[number] = replace(event, personal={"welcome_code": CODE})
            if event.data.get("half"):
                begun.add(friendship)
            else:
                begun.discard(friendship)
    return ordered
