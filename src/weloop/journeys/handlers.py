"""What journeys make of events: who comes in, which waits are over, which goals are reached, what became of sends."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from weloop.audience.api import find_memberships
from weloop.contracts.commands import CommandName
from weloop.contracts.conditions import Look, walk
from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentitiesForgotten
from weloop.contracts.json import JsonObject
from weloop.contracts.mass_tasks import WishesEnded
from weloop.identity.api import find_identities, find_persons
from weloop.journeys import repository
from weloop.journeys.counts import GOAL, HERE, JOURNEY, Deltas
from weloop.journeys.definition import ANY, mark_of
from weloop.journeys.engine import WAITING, Fit, Run, takes
from weloop.journeys.entries import arrival_by_event, enter
from weloop.journeys.facts import load_facts
from weloop.journeys.sending import COMMAND_PREFIX, key_of
from weloop.journeys.shelf import Listening, Version, find_hearing, load_versions, look_into
from weloop.journeys.terms import tell_segments
from weloop.kit.db import to_json
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks.api import UNSENT
from weloop.outbox.api import Gate
from weloop.tasks.api import withdraw_tasks

ERASED, MERGED, OPTED_OUT, LEFT_SEGMENT = "erased", "merged", "opted_out", "left_segment"
_OUTCOMES = {
    EventKind.COMMAND_SENT: "sent",
    EventKind.COMMAND_FAILED: "failed",
    EventKind.COMMAND_UNCERTAIN: "uncertain",
    EventKind.COMMAND_REFUSED: "refused",
}
_NOT_FAILED = frozenset(Gate) | frozenset(UNSENT)
"""Why a message that members confirm does not go out though nothing went wrong."""


@dataclass(slots=True)
class Heard:
    """What of some events may concern a version.

    ``entries``: events with the triggers of versions that they may let people into. ``followed``: by ``wait`` and
    ``goal`` the events, by id, that a version listens for once people are inside. ``versions``: those, by id.
    """

    entries: list[tuple[Event, Listening]] = field(default_factory=list)
    followed: dict[str, dict[int, Event]] = field(default_factory=lambda: {"wait": {}, "goal": {}})
    versions: dict[int, Version] = field(default_factory=dict)

    def all(self) -> dict[int, Event]:
        """Every event, by id."""
        return {event.id: event for event, _ in self.entries} | self.followed["wait"] | self.followed["goal"]


async def follow_events(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Let people in, wake runs, count goals. An event that comes again changes nothing."""
    events = [event for event in events if event.identity_id is not None and not unit.replays]
    heard = await _listen(unit, events)
    concerned = heard.all()
    if not concerned:
        return
    person_of = await find_persons(unit, {_subject(event) for event in concerned.values()})
    asks = frozenset().union(*(version.asks for version in heard.versions.values()))
    facts = await load_facts(unit, [(_subject(event), asks) for event in concerned.values()])
    looks = {event.id: look_into(event, facts.of(_subject(event))) for event in concerned.values()}
    arrivals = [
        arrival_by_event(version, event, person_of[_subject(event)])
        for event, listening in heard.entries
        if _subject(event) in person_of
        for version in find_hearing(listening, event, looks[event.id])
    ]
    await enter(unit, arrivals)
    if any(heard.followed.values()):
        await _tell(unit, heard, person_of, looks)


def to_event(row: Row[Any]) -> Event:
    """An event out of the log, without its personal part."""
    kind = EventKind(row.kind)
    return Event(
        row.id,
        row.account_id,
        kind,
        row.occurred_at,
        row.recorded_at,
        None,
        row.identity_id,
        row.data,
        {},
        (),
        None,
        "",
    )


def _subject(event: Event) -> int:
    """Events of nobody were left out."""
    return event.identity_id or 0


async def _listen(unit: UnitOfWork, events: Sequence[Event]) -> Heard:
    """What may concern a version: one question for all of the events."""
    heard = Heard()
    marks = {event.id: mark_of(event.kind, event.data) for event in events}
    kinds = {ANY, *(str(event.kind) for event in events)}
    rows = await repository.find_triggers(unit.connection, kinds, set(marks.values())) if events else ()
    versions = await load_versions(unit, {row.version_id for row in rows})
    by_mark: defaultdict[tuple[str, str | None], defaultdict[str, dict[int, Version]]]
    by_mark = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row.version_id in versions:
            by_mark[row.kind, row.mark][row.what][row.version_id] = versions[row.version_id]
    entering: dict[tuple[str, str | None], Listening] = {}
    for event in events:
        mark = event.kind, marks[event.id]
        anything, marked = by_mark[event.kind, None], by_mark[mark]
        if mark not in entering:
            entries = (anything["entry"] | marked["entry"]).values()
            entering[mark] = [(each, each.listeners.get(("entry", event.kind), ())) for each in entries]
        if entering[mark]:
            heard.entries.append((event, entering[mark]))
        for what, followed in heard.followed.items():
            if anything[what] or marked[what] or by_mark[ANY, None][what]:
                followed[event.id] = event
    # By what they ask and by whose goals they may be: whoever listens for any of these events.
    heard.versions = versions
    return heard


async def _tell(unit: UnitOfWork, heard: Heard, person_of: Mapping[int, int], looks: Mapping[int, Look]) -> None:
    """Tell runs of all identities of the persons. Their positions are locked first, all at once and in one order."""
    waits, goal_events = heard.followed["wait"].values(), heard.followed["goal"].values()
    told = {_subject(event) for event in (*waits, *goal_events)}
    persons = {person_of[each] for each in told if each in person_of}
    identities = await find_identities(unit, persons)
    listening = await repository.find_listening(unit.connection, identities.keys()) if waits else []
    goals, over = await find_goals(unit, goal_events, heard.versions, identities, looks)
    locked = await repository.lock_positions(unit.connection, {*listening, *goals, *over})
    positions = {row.run_id: row for row in locked}
    ended = await reach_goals(unit, goals, over, positions) if goals or over else set()
    waiting = [positions[each] for each in listening if each in positions and each not in ended]
    if waiting:
        await _deliver(unit, waiting, waits, person_of, identities, looks)


async def find_goals(
    unit: UnitOfWork,
    events: Collection[Event],
    versions: Mapping[int, Version],
    identities: Mapping[int, int],
    looks: Mapping[int, Look],
) -> tuple[dict[int, datetime], set[int]]:
    """Runs whose goal one of the events is, and when it was reached first; and those that end by it. An event counts
    once for a person in a journey, whatever runs hope for it: for the last of them; it ends them all.
    ``identities``: all of the persons, with whose they are.
    """
    journeys = {version.program.journey_id for version in versions.values() if version.goal_within is not None}
    if not events or not journeys:
        return {}, set()
    runs: defaultdict[tuple[int, int], list[Row[Any]]] = defaultdict(list)
    since = min(event.occurred_at for event in events)
    for row in await repository.find_hopeful(unit.connection, identities.keys(), journeys, since):
        runs[row.journey_id, identities[row.identity_id]].append(row)
    by_person = _by_person(events, identities)
    reached: dict[int, datetime] = {}
    over: set[int] = set()
    for (_, person), rows in runs.items():
        counted = {row.goal_at for row in rows}
        for event in by_person.get(person, {}).values():
            hopeful = [row for row in rows if _hopes_for(row, versions.get(row.version_id), event, looks[event.id])]
            over |= {row.id for row in hopeful if versions[row.version_id].goal_ends}
            last = max(hopeful, key=lambda row: (_begun(row), row.id), default=None)
            if last is not None and last.goal_at is None and event.occurred_at not in counted:
                reached[last.id] = min(reached.get(last.id, event.occurred_at), event.occurred_at)
    return reached, over


def _hopes_for(row: Row[Any], version: Version | None, event: Event, look: Look) -> bool:
    in_time = row.goal_until is not None and is_in_time(event, _begun(row), row.goal_until)
    return in_time and version is not None and version.hears("goal", event, look)


def _begun(row: Row[Any]) -> tuple[datetime, int]:
    return row.began_at, row.entry_event or 0


def is_in_time(event: Event, begun: tuple[datetime, int], goal_until: datetime) -> bool:
    """Whether a goal counts for a run: after what brought it in (moment, event id), and not too late."""
    return begun < (event.occurred_at, event.id) and event.occurred_at <= goal_until


async def reach_goals(
    unit: UnitOfWork, goals: Mapping[int, datetime], over: set[int], positions: Mapping[int, Row[Any]]
) -> set[int]:
    """Count goals, each run's once, and end the runs that are over by them and still under way: answers those."""
    new = await repository.reach_goals(unit.connection, list(goals.items())) if goals else ()
    deltas = Deltas()
    for row in new:
        deltas.add(row.journey_id, row.version_id, JOURNEY, GOAL)
    if new:
        await tell_segments(unit, [(row.journey_id, row.identity_id) for row in new])
    ended = over & positions.keys()
    await end_runs(unit, [positions[each] for each in sorted(ended)], GOAL, deltas)
    await deltas.write(unit)
    return ended


async def end_runs(unit: UnitOfWork, positions: Collection[Row[Any]], outcome: str, deltas: Deltas) -> None:
    """End runs whose positions are locked. Nobody need do the tasks for which they wait."""
    if not positions:
        return
    await repository.end(unit.connection, [(row.run_id, outcome) for row in positions], unit.now)
    await tell_segments(unit, [(row.journey_id, row.identity_id) for row in positions])
    versions = await load_versions(unit, {row.version_id for row in positions})
    tasks = [
        key_of(row.run_id, row.seq)
        for row in positions
        if row.version_id in versions and row.node in versions[row.version_id].tasks
    ]
    if tasks:
        await withdraw_tasks(unit, tasks)
    for row in positions:
        deltas.add(row.journey_id, row.version_id, row.node, HERE, -1)
        deltas.add(row.journey_id, row.version_id, JOURNEY, f"ended_{outcome}")


def _by_person(events: Iterable[Event], person_of: Mapping[int, int]) -> Mapping[int, dict[int, Event]]:
    found: defaultdict[int, dict[int, Event]] = defaultdict(dict)
    for event in events:
        if _subject(event) in person_of:
            found[person_of[_subject(event)]][event.id] = event
    return found


async def _deliver(
    unit: UnitOfWork,
    positions: Collection[Row[Any]],
    events: Iterable[Event],
    person_of: Mapping[int, int],
    identities: Mapping[int, int],
    looks: Mapping[int, Look],
) -> None:
    versions = await load_versions(unit, {row.version_id for row in positions})
    by_person = _by_person(events, person_of)
    rows = []
    for row in positions:
        if row.version_id not in versions:
            continue
        run, version = to_run(row), versions[row.version_id]
        letters, wakes = write_letters(run, version, by_person[identities[run.identity_id]], looks)
        wakes = wakes or (run.state == WAITING and run.node in version.asking)
        if letters or wakes:
            rows.append((run.id, to_json(letters), unit.now if wakes else None))
    if rows:
        await repository.deliver(unit.connection, rows)
        unit.publish("journeys")


def write_letters(
    run: Run, version: Version, events: Mapping[int, Event], looks: Mapping[int, Look]
) -> tuple[list[JsonObject], bool]:
    """What a run must be told of, and whether that ends its wait."""
    letters: list[JsonObject] = []
    known = {letter["id"] for letter in run.mail or ()}
    wakes = False
    for event in events.values():
        fits = [fit for fit in version.fits(event, looks[event.id]) if _is_meant(run, version, fit, event)]
        if event.id in known or not takes(run, (event.occurred_at, event.id), fits):
            continue
        # What is personal decides, and is not written down.
        data = {name: walk(event.data, name.partition(".")[2]) for name in version.answers}
        letters.append(
            {
                "id": event.id,
                "at": event.occurred_at.timestamp(),
                "fits": [list(fit) for fit in fits],
                "data": {name: value for name, value in data.items() if value is not None},
            }
        )
        wakes = wakes or run.until is not None
    return letters, wakes


def _is_meant(run: Run, version: Version, fit: Fit, event: Event) -> bool:
    """The end of a staff task is told to the run that asked for it alone."""
    return fit[0] not in version.tasks or event.data.get("ref") == key_of(run.id, run.seq)


def to_run(row: Row[Any]) -> Run:
    """A run from its position: the columns come in the order of its fields."""
    return Run(*tuple(row)[: repository.RUN_COLUMNS])


async def count_sends(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Note what became of the sends of runs, each once: the best that is known, in any order."""
    await note_sends(
        unit,
        [
            (_send_key(event.data), _OUTCOMES[event.kind], event.data.get("reason") or event.data.get("code"))
            for event in events
        ],
    )


def _send_key(data: JsonObject) -> str:
    """The key of the step that sent; cards to members have it for what they are about."""
    return str(data.get("ref" if data.get("command") == CommandName.SEND_STAFF_CARD else "key"))


async def follow_wishes(unit: UnitOfWork, ended: Sequence[WishesEnded]) -> None:
    """Note what became of messages that members confirm. Only what the platform says failed counts as a failure."""
    steps = [step for each in ended for step in each.steps if step[1] != "asked"]
    await note_sends(
        unit,
        [
            (key, "refused" if state == "failed" and reason in _NOT_FAILED else state, reason or None)
            for key, state, reason in steps
        ],
    )


async def note_sends(unit: UnitOfWork, sends: Iterable[tuple[str, str, Any]]) -> None:
    """Note what became of sends: (key of the command, outcome, why not)."""
    outcomes: dict[tuple[int, int], str] = {}
    errors: dict[tuple[int, int], Any] = {}
    for name, outcome, error in sends:
        prefix, _, rest = name.partition(":")
        run_id, _, seq = rest.partition(":")
        if prefix == COMMAND_PREFIX and run_id.isdigit() and seq.isdigit():
            key = (int(run_id), int(seq))
            outcomes[key] = max(outcomes.get(key, outcome), outcome, key=repository.OUTCOMES.index)
            if outcomes[key] == outcome:
                errors[key] = error
    if not outcomes:
        return
    deltas = Deltas()
    rows = [(*key, outcome, errors.get(key)) for key, outcome in outcomes.items()]
    for row in await repository.note_outcomes(unit.connection, rows):
        deltas.add(row.journey_id, row.version_id, row.node, row.outcome)
        if row.before is not None:
            deltas.add(row.journey_id, row.version_id, row.node, row.before, -1)
    await deltas.write(unit)


async def end_forgotten(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """End all runs of identities that were erased."""
    await end_runs_of(unit, frozenset().union(*(each.identities for each in forgotten)), ERASED)


async def end_opted_out(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """End the runs of who wants no more marketing, where their journey says so: those that what occurred before brought
    in, whenever it was handled. An old opt-out that is told again ends no newer run.
    """
    person_of = await find_persons(unit, {event.identity_id for event in events if event.identity_id is not None})
    since: dict[int, tuple[datetime, int]] = {}
    for event in events:
        person = person_of.get(_subject(event))
        if person is not None:
            since[person] = max(since.get(person, (event.occurred_at, event.id)), (event.occurred_at, event.id))
    identities = await find_identities(unit, since.keys())
    begun = await repository.find_open(unit.connection, identities)
    positions = await repository.lock_positions(unit.connection, begun)
    versions = await load_versions(unit, {row.version_id for row in positions})
    ended = [
        row
        for row in positions
        if row.version_id in versions
        and versions[row.version_id].opt_out_ends
        and begun[row.run_id] < since[identities[row.identity_id]]
    ]
    deltas = Deltas()
    await end_runs(unit, ended, OPTED_OUT, deltas)
    await deltas.write(unit)


async def end_left(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """End the runs of who left a segment, where their journey says so: those that were under way then, and all of who
    is no member now, for a journey is told late of who came and left at once.
    """
    person_of = await find_persons(unit, {event.identity_id for event in events if event.identity_id is not None})
    since: dict[tuple[int, int], datetime] = {}
    for event in events:
        person = person_of.get(_subject(event))
        if person is not None:
            left = (int(str(event.data["segment_id"])), person)
            since[left] = max(since.get(left, event.occurred_at), event.occurred_at)
    identities = await find_identities(unit, {person for _, person in since})
    members = await find_memberships(unit, {segment for segment, _ in since}, {person for _, person in since})
    positions = await repository.lock_positions(
        unit.connection, await repository.find_open(unit.connection, identities)
    )
    versions = await load_versions(unit, {row.version_id for row in positions})
    ended = []
    for row in positions:
        version = versions.get(row.version_id)
        left = ((version and version.segment_exit) or 0, identities[row.identity_id])
        if left in since and (row.entered_at <= since[left] or left not in members):
            ended.append(row)
    deltas = Deltas()
    await end_runs(unit, ended, LEFT_SEGMENT, deltas)
    await deltas.write(unit)


async def fold_moves(unit: UnitOfWork, persons: Collection[int]) -> None:
    """Who turns out to be one person goes on once where a journey has one run per person: by the run that came
    furthest; the others end.
    """
    identities = await find_identities(unit, persons)
    positions = await repository.lock_positions(
        unit.connection, await repository.find_open(unit.connection, identities)
    )
    versions = await load_versions(unit, {row.version_id for row in positions})
    by_person: defaultdict[tuple[int, int], list[Row[Any]]] = defaultdict(list)
    for row in positions:
        version = versions.get(row.version_id)
        if version is not None and version.entry.per == "person" and version.entry.again != "always":
            by_person[identities[row.identity_id], row.journey_id].append(row)
    doubles = [
        row for rows in by_person.values() for row in sorted(rows, key=lambda each: (-each.seq, each.run_id))[1:]
    ]
    deltas = Deltas()
    await end_runs(unit, doubles, MERGED, deltas)
    # The goal is that of the run that goes on.
    await repository.give_up_goals(unit.connection, [row.run_id for row in doubles])
    await deltas.write(unit)


async def end_runs_of(
    unit: UnitOfWork, identities: Collection[int], outcome: str, journey_id: int | None = None
) -> int:
    """End the runs of these identities, in all journeys or in one, as when a person wants no more; answers how many."""
    runs = await repository.find_open(unit.connection, identities, journey_id)
    positions = await repository.lock_positions(unit.connection, runs)
    deltas = Deltas()
    await end_runs(unit, positions, outcome, deltas)
    await deltas.write(unit)
    return len(positions)
