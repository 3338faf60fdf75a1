"""Published versions, ready to run: read once, kept for the life of the process, for they never change."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import structlog
from pydantic import ValidationError
from sqlalchemy.engine import Engine, Row

from weloop.contracts.conditions import Look, Predicate, compile_condition, fields_of, needs_of, walk
from weloop.contracts.events import Event
from weloop.journeys.acts import StaffTask
from weloop.journeys.definition import Definition, Entry, SendWelcome, Trigger, WaitUntil, cases_of, triggers_of
from weloop.journeys.engine import Fit, Program
from weloop.journeys.program import compile_program, context_fields
from weloop.journeys.ratios import find_repeated
from weloop.journeys.validation import segments_in
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

log = structlog.get_logger(__name__)

MOST = 2_000


class Unseen(Exception):
    """A condition asks for the personal part of an event, which only the handler of the event sees."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A trigger, ready to be asked. ``fit``: the case of the wait it belongs to."""

    account_id: int | None
    holds: Predicate
    fit: Fit = (0, 0)

    def hears(self, event: Event, look: Look) -> bool:
        """Whether an event of its kind is one that it means; not where what is unseen decides."""
        try:
            return (self.account_id is None or self.account_id == event.account_id) and self.holds(look)
        except Unseen:
            return False


@dataclass(frozen=True, slots=True)
class Version:
    """A version with all that is made of it. Listeners by (what, kind)."""

    program: Program
    entry: Entry
    listeners: Mapping[tuple[str, str], Sequence[Listener]]
    waits: Mapping[Fit, Trigger]
    """What each case of each wait is for."""
    goal_within: timedelta | None
    goal_ends: bool
    opt_out_ends: bool
    kept: Sequence[str]
    answers: Sequence[str]
    listens: bool
    tasks: frozenset[int]
    """Nodes that wait for a staff task of their run."""
    asking: frozenset[int]
    """Nodes that ask again whenever something of the person was handled."""
    repeated: frozenset[int]
    """Splits through which somebody may come more than once."""
    takes_code: bool
    once_now: bool
    """Nobody comes in again any more: an earlier version of the journey let them."""
    asks: frozenset[str]
    """What its triggers ask besides the event: see ``load_facts``."""
    segment_exit: int | None
    """Who leaves this segment leaves the journey."""
    segments: frozenset[int]
    """All that it names."""

    @property
    def hopes(self) -> bool:
        """Whether events of its persons concern it once they are inside."""
        return self.listens or self.goal_within is not None

    def fits(self, event: Event, look: Look) -> list[Fit]:
        """The waits whose cases an event fits, as far as it is seen."""
        return [each.fit for each in self.listeners.get(("wait", event.kind), ()) if each.hears(event, look)]

    def hears(self, what: str, event: Event, look: Look) -> bool:
        """Whether an event enters it, or reaches its goal, as far as it is seen."""
        return any(each.hears(event, look) for each in self.listeners.get((what, event.kind), ()))


Listening: TypeAlias = Sequence[tuple[Version, Sequence[Listener]]]
"""Versions with their triggers for events of one kind."""


def find_hearing(listening: Listening, event: Event, look: Look) -> list[Version]:
    """Those that an event enters. Without a call for each: hundreds may be asked about every event."""
    account_id, found = event.account_id, []
    for version, listeners in listening:
        for each in listeners:
            if each.account_id in (None, account_id) and each.holds(look):
                found.append(version)
                break
    return found


def make_version(
    journey_id: int,
    version_id: int,
    document: Mapping[str, Any],
    webhooks: Mapping[int, int],
    *,
    once_now: bool = False,
) -> Version:
    """Make a version ready."""
    definition = Definition.model_validate(document)
    listeners: dict[tuple[str, str], list[Listener]] = {}
    asks: set[str] = set()
    triggers = _triggers(definition)
    for what, trigger, fit in triggers:
        listener = Listener(trigger.account_id, compile_condition(trigger.where), fit)
        listeners.setdefault((what, str(trigger.kind)), []).append(listener)
        asks |= needs_of(fields_of(trigger.where))
    kept = context_fields(definition)
    goal = definition.goal
    return Version(
        program=compile_program(definition, journey_id=journey_id, version_id=version_id, webhooks=webhooks),
        entry=definition.entry,
        listeners=listeners,
        waits={fit: trigger for what, trigger, fit in triggers if what == "wait"},
        goal_within=timedelta(seconds=goal.within_seconds) if goal is not None else None,
        goal_ends=goal is not None and goal.ends_run,
        opt_out_ends=definition.exit.opt_out,
        kept=sorted(name for name in kept if name.startswith("event.")),
        answers=sorted(name for name in kept if name.startswith("answer.")),
        listens=any(cases_of(node) or isinstance(node, WaitUntil) for node in definition.nodes),
        tasks=frozenset(number for number, node in enumerate(definition.nodes) if isinstance(node, StaffTask)),
        asking=frozenset(number for number, node in enumerate(definition.nodes) if isinstance(node, WaitUntil)),
        repeated=find_repeated(definition),
        once_now=once_now,
        takes_code=any(isinstance(node, SendWelcome) for node in definition.nodes),
        asks=frozenset(asks),
        segment_exit=definition.exit.segment,
        segments=frozenset(segment for _, _, segment in segments_in(definition)),
    )


def _triggers(definition: Definition) -> list[tuple[str, Trigger, Fit]]:
    others = [(what, trigger, (0, 0)) for what, trigger in triggers_of(definition) if what != "wait"]
    waits = [
        ("wait", case, (number, place))
        for number, node in enumerate(definition.nodes)
        for place, case in enumerate(cases_of(node))
    ]
    return [*others, *waits]


def look_into(event: Event, facts: Look | None, *, is_sealed: bool = False) -> Look:
    """Fields of an event as conditions see them: its data, then its personal part; and of its person.

    ``is_sealed``: the personal part is not there; who asks for what may stand in it is answered by ``Unseen``.
    """
    seen: dict[str, Any] = {}

    def look(name: str) -> Any:
        if name not in seen:
            seen[name] = find(name)
        return seen[name]

    def find(name: str) -> Any:
        source, _, path = name.partition(".")
        if source in ("event", "answer"):
            found = walk(event.data, path)
            if found is None and is_sealed:
                raise Unseen
            return walk(event.personal, path) if found is None else found
        return facts(name) if facts is not None else None

    return look


class Shelf:
    """Versions by id."""

    def __init__(self) -> None:
        self._versions: OrderedDict[int, Version | None] = OrderedDict()

    async def load(self, unit: UnitOfWork, wanted: Collection[int]) -> dict[int, Version]:
        """See ``load_versions``."""
        missing = [each for each in set(wanted) if each not in self._versions]
        if missing:
            rows = await run(
                unit.connection,
                """
                SELECT v.id, v.journey_id, v.definition, v.webhooks,
                    v.definition #>> '{entry,again}' = 'never' AND EXISTS (
                        SELECT FROM journey_version AS e
                        WHERE e.journey_id = v.journey_id AND e.number < v.number
                            AND e.definition #>> '{entry,again}' <> 'never'
                    ) AS once_now
                FROM journey_version AS v WHERE v.id = ANY ($1::int[])
                """,
                sorted(missing),
            )
            for row in rows:
                self._versions[row.id] = _read(row)
        found = {each: self._versions[each] for each in wanted if each in self._versions}
        for each in found:
            self._versions.move_to_end(each)
        while len(self._versions) > max(MOST, len(found)):
            self._versions.popitem(last=False)
        return {each: version for each, version in found.items() if version is not None}


def _read(row: Row[Any]) -> Version | None:
    """A version that another release wrote may not be readable: then it must not hold up the other journeys."""
    webhooks = {int(webhook): account for webhook, account in row.webhooks.items()}
    try:
        return make_version(row.journey_id, row.id, row.definition, webhooks, once_now=bool(row.once_now))
    except (ValidationError, KeyError, ValueError):
        log.exception("journeys.version_unreadable", version_id=row.id)
        return None


_SHELVES: WeakKeyDictionary[Engine, Shelf] = WeakKeyDictionary()
"""Of this process, one for each database: what never changes needs no second copy."""


async def load_versions(unit: UnitOfWork, wanted: Collection[int]) -> dict[int, Version]:
    """Versions by id; those unknown to the database, and those that this release cannot read, are left out."""
    engine = unit.connection.sync_engine
    return await _SHELVES.setdefault(engine, Shelf()).load(unit, wanted)
