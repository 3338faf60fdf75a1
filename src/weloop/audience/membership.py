"""Keeping members: who of whom something changed is judged anew, everybody from time to time, and the log is told.

One process at a time does it. What changes leaves touches (:mod:`weloop.audience.touches`) in its own transaction, so
that whoever handles events never waits for a segment.
"""

import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError

from weloop.audience import following, repository
from weloop.audience.rule import Rule, Terms
from weloop.audience.rule_closure import Holds, compile_rule, is_timed, load_facts, marks_of, needs_of
from weloop.audience.rule_sql import Query, write_passed, write_rule
from weloop.audience.terms import SEGMENT_MARK
from weloop.audience.touches import ANYTHING, TOPIC
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.terms import Need
from weloop.identity.api import find_persons
from weloop.kit.claims import NextDue
from weloop.kit.clock import machine_now
from weloop.kit.db import is_away
from weloop.kit.unit import UnitOfWork, Units

log = structlog.get_logger(__name__)

TOUCHES, CHANGES = 1_000, 2_000
"""At most so many at once."""
FOLLOW = timedelta(seconds=30)
"""Between two looks whose periods ran out."""
CROWD = 5_000
"""Of whom it is cheaper to judge everybody by one statement than them one by one."""
OFTEN, SELDOM = timedelta(minutes=15), timedelta(days=1)
"""Between two refreshes of a segment: where time alone makes members come and go that cannot be followed, and else."""
MOST_SHARE = 20
"""A refresh takes at most one part in so many of the time, and so does a look."""
AGAIN = timedelta(hours=1)
"""Until a refresh that failed is tried again."""
REFRESH_SECONDS = 600
"""Until a refresh is given up."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rule of a segment, ready."""

    rule: Rule
    holds: Holds
    needs: frozenset[Need]


class SegmentKeeper:
    """The work of a claim loop."""

    def __init__(self, units: Units, terms: Terms) -> None:
        self._units = units
        self._terms = terms
        self._rules: dict[tuple[int, int], _Kept] = {}

    async def work(self) -> int:
        """Do some of all there is to do; answers how much that was."""
        steps: Sequence[Callable[[UnitOfWork], Awaitable[int]]] = (
            self._settle,
            self._follow,
            tell,
            self._refresh,
        )
        return sum([await self._alone(step) for step in steps])

    async def next_due(self) -> NextDue:
        """When the next look at a segment is due; now while something waits."""
        async with self._units.glance() as connection:
            waiting, due = await repository.find_due(connection)
        return NextDue(due, machine_now() if waiting else None)

    async def _alone(self, step: Callable[[UnitOfWork], Awaitable[int]]) -> int:
        async with self._units.begin() as unit:
            return await step(unit) if await repository.try_keep(unit.connection) else 0

    async def _settle(self, unit: UnitOfWork) -> int:
        touches = await repository.take_touches(unit.connection, unit.now, TOUCHES)
        if not touches:
            return 0
        moved = {row.person_id for row in touches if row.person_id is not None and row.mark == ANYTHING}
        if moved:
            await repository.follow_identities(unit.connection, moved)
        by_identity = await find_persons(unit, {row.identity_id for row in touches if row.identity_id is not None})
        by_mark: dict[str, set[int]] = {}
        for row in touches:
            person = row.person_id if row.identity_id is None else by_identity.get(row.identity_id)
            if person is not None:
                by_mark.setdefault(row.mark, set()).add(person)
        await self._judge(unit, by_mark)
        return len(touches)

    async def _judge(self, unit: UnitOfWork, by_mark: dict[str, set[int]]) -> None:
        """Judge (segment, person) where the segment listens for the mark."""
        pairs: dict[int, set[int]] = {}
        rules: dict[int, _Kept] = {}
        for row in await repository.find_listening(unit.connection, by_mark):
            kept = self._ready(row)
            if kept is not None:
                rules[row.id] = kept
                pairs.setdefault(row.id, set()).update(by_mark[row.mark])
        await self._judge_pairs(unit, pairs, rules)

    async def _follow(self, unit: UnitOfWork) -> int:
        """Judge those anew whose periods ran out since the last look: time alone may let them come or leave."""
        began = time.perf_counter()
        segments = await following.claim_followed(unit.connection, unit.now)
        pairs: dict[int, set[int]] = {}
        rules: dict[int, _Kept] = {}
        crowded = set()
        for row in segments:
            kept = self._ready(row)
            found = None if kept is None else await self._find_passed(unit, row, kept.rule)
            if kept is None or found is None:
                crowded.add(row.id)
            elif found:
                rules[row.id], pairs[row.id] = kept, found
        await self._judge_pairs(unit, pairs, rules)
        if segments:
            pause = max(FOLLOW, timedelta(seconds=(time.perf_counter() - began) * MOST_SHARE))
            await following.note_followed(
                unit.connection, [row.id for row in segments], crowded, unit.now, unit.now + pause, MOST_SHARE
            )
        return len(segments)

    async def _find_passed(self, unit: UnitOfWork, row: Row[Any], rule: Rule) -> set[int] | None:
        """Whose periods ran out since the last look at a segment; None where everybody is to be judged."""
        query = Query(unit.now)
        passed = write_passed(self._terms, rule, query, row.followed_at)
        if passed is None:
            return None  # another release kept it
        try:
            async with unit.connection.begin_nested():
                found = await following.find_passed(unit.connection, passed, query.arguments, CROWD + 1)
        except DBAPIError as error:
            if is_away(error):
                raise
            log.exception("segments.follow_failed", segment=row.id)
            return None  # its next refresh says so
        return found if len(found) <= CROWD else None

    async def _judge_pairs(
        self, unit: UnitOfWork, pairs: Mapping[int, AbstractSet[int]], rules: Mapping[int, _Kept]
    ) -> None:
        if not pairs:
            return
        persons = await repository.find_existing(unit.connection, set().union(*pairs.values()))
        facts = await load_facts(unit, self._terms, persons, set().union(*(each.needs for each in rules.values())))
        are = {tuple(row) for row in await repository.find_memberships(unit.connection, pairs, persons)}
        changes = []
        for segment, concerned in pairs.items():
            for person in concerned & persons:
                shall = rules[segment].holds(facts[person])
                if shall is not ((segment, person) in are):
                    changes.append((segment, person, shall))
        if changes:
            await repository.change_members(unit.connection, changes, unit.now)
            await touch_readers(unit, changes)
            unit.publish(TOPIC)

    def _ready(self, row: Row[Any]) -> _Kept | None:
        key = (row.id, row.revision)
        if key not in self._rules:
            try:
                rule = self._terms.parse(row.rule)
            except ValidationError:
                return None  # its next refresh says so
            self._rules = {known: kept for known, kept in self._rules.items() if known[0] != row.id}
            self._rules[key] = _Kept(rule, compile_rule(self._terms, rule), needs_of(self._terms, [rule]))
        return self._rules[key]

    async def _refresh(self, unit: UnitOfWork) -> int:
        segment = await repository.claim_refresh(unit.connection, unit.now)
        if segment is None:
            return 0
        try:
            async with unit.connection.begin_nested():
                await refresh(unit, self._terms, segment)
        except (DBAPIError, ValidationError) as error:
            if is_away(error):
                raise
            log.exception("segments.refresh_failed", segment=segment.id)
            reason = "rule_unknown" if isinstance(error, ValidationError) else "refresh_failed"
            await repository.note_failure(unit.connection, segment.id, reason, unit.now + AGAIN)
        unit.publish(TOPIC)
        return 1


async def refresh(unit: UnitOfWork, terms: Terms, segment: Row[Any]) -> None:
    """Judge everybody by the rule of a segment. Its first filling is told to nobody: no one could have come in yet."""
    began = time.perf_counter()
    rule = terms.parse(segment.rule)
    await repository.set_limits(unit.connection, REFRESH_SECONDS)
    found = await repository.refresh_members(
        unit.connection, segment.id, _write(unit, terms, rule), unit.now, tell=segment.refreshed_at is not None
    )
    seconds = time.perf_counter() - began
    changed, timed = found.came + found.gone, is_timed(terms, rule)
    # One that was asked for puts right what could not be told person by person.
    is_check = segment.refreshed_at is not None and unit.now - segment.refreshed_at >= SELDOM
    drift = changed if is_check and not timed and segment.state == "ready" else 0
    if drift:
        log.warning("segments.drift", segment=segment.id, persons=drift)
    follows = write_passed(terms, rule, Query(unit.now), unit.now) is not None
    pause = max(OFTEN if timed and not follows else SELDOM, timedelta(seconds=seconds * MOST_SHARE))
    next_at, follow_at = unit.now + pause, unit.now + FOLLOW if follows else None
    await repository.note_refresh(unit.connection, segment.id, found.size, drift, unit.now, next_at, seconds, follow_at)
    # Another release may have said that it listens for something else.
    await repository.put_marks(unit.connection, segment.id, marks_of(terms, rule))
    if changed:
        await repository.refresh_readers(unit.connection, [f"{SEGMENT_MARK}{segment.id}"], unit.now)


def _write(unit: UnitOfWork, terms: Terms, rule: Rule) -> tuple[str, str, Sequence[object]]:
    query = Query(unit.now)
    condition = write_rule(terms, rule, query)
    return query.source, condition, query.arguments


async def touch_readers(unit: UnitOfWork, changes: Collection[tuple[int, int, bool]]) -> None:
    """Have judged anew by the segments that name these ones."""
    await repository.touch_persons(
        unit.connection, {(f"{SEGMENT_MARK}{segment}", person) for segment, person, _ in changes}
    )


async def tell(unit: UnitOfWork) -> int:
    """Tell the log who came and who left, in the order in which it happened."""
    changes = await repository.take_changes(unit.connection, CHANGES)
    for row in changes:
        unit.append(
            NewEvent(
                account_id=0,
                kind=EventKind.SEGMENT_ENTERED if row.entered else EventKind.SEGMENT_LEFT,
                dedupe=f"segment:{row.id}",
                occurred_at=row.at,
                identity_id=row.identity_id,
                data={"segment_id": row.segment_id},
                lane=Lane.BULK,
            )
        )
    return len(changes)
