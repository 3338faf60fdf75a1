"""What people do with segments: make, change, archive; count a rule that is not saved yet."""

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError

from weloop.access.api import CurrentUser, record_act
from weloop.audience import repository
from weloop.audience.drawing import Draw, bounds, draw
from weloop.audience.errors import (
    SegmentArchived,
    SegmentChanged,
    SegmentInUse,
    SegmentInvalid,
    SegmentNotFound,
    SegmentTooSlow,
    SegmentUsed,
)
from weloop.audience.models import SegmentRow
from weloop.audience.rule import MAX_FAULTS, Rule, RuleFault, Terms, places_of
from weloop.audience.rule_closure import compile_rule, is_timed, load_facts, marks_of, needs_of
from weloop.audience.rule_sql import Query, write_rule
from weloop.audience.terms import SEGMENT_MARK, SegmentTerm
from weloop.audience.touches import TOPIC
from weloop.contracts.documents import plain_document
from weloop.contracts.terms import Term
from weloop.kit.unit import UnitOfWork

MAX_RULE_BYTES = 64 * 1024
COUNT_SECONDS = 10
"""Until a count is given up: an author waits for it, and so may ten others."""
SAMPLE = 10
NAMED = 3
"""How many of those that use a segment an error names."""
DRAWS = (1_000, 5_000, 20_000)
"""How many persons a first count looks at: few, who answer in any case, then more as long as there is time."""
ESTIMATE_SECONDS = 0.8
"""Until these looks are given up, all together."""
_CANCELLED = "57014"


async def examine(
    unit: UnitOfWork, terms: Terms, document: Mapping[str, Any], own: int | None = None
) -> tuple[Rule | None, Sequence[RuleFault]]:
    """The rule, or all its faults: of form, of sense, and what is not there. ``own``: the segment whose rule it is."""
    rule, faults = terms.read(plain_document(document, MAX_RULE_BYTES))
    if rule is None:
        return None, faults
    found = [*faults, *await _missing(unit, terms, rule), *await _circles(unit, rule, own)][:MAX_FAULTS]
    return (None if found else rule), found


async def _missing(unit: UnitOfWork, terms: Terms, rule: Rule) -> list[RuleFault]:
    by_op: dict[str, list[tuple[str, Term]]] = {}
    for place, leaf in places_of(rule):
        if isinstance(leaf, Term):
            by_op.setdefault(terms.op_of(leaf), []).append((place, leaf))
    faults: list[RuleFault] = []
    for op, named in by_op.items():
        checked = await terms.terms[op].check(unit, [leaf for _, leaf in named])
        for (place, _), found in zip(named, checked, strict=True):
            faults += [RuleFault(place, *fault) for fault in found]
    return faults


async def _circles(unit: UnitOfWork, rule: Rule, own: int | None) -> Iterator[RuleFault] | list[RuleFault]:
    """A segment that is reached from what its own rule names would wait for itself."""
    named = [(place, leaf.segment_id) for place, leaf in places_of(rule) if isinstance(leaf, SegmentTerm)]
    if own is None or not named:
        return []
    names = await repository.list_references(unit.connection, SEGMENT_MARK)

    def leads_home(segment: int, seen: set[int]) -> bool:
        if segment == own:
            return True
        seen.add(segment)
        return any(leads_home(each, seen) for each in names.get(segment, ()) if each not in seen)

    return [
        RuleFault(place, "segment_id", "segment_circle", "that segment is made of this one")
        for place, segment in named
        if leads_home(segment, set())
    ]


async def _sound(unit: UnitOfWork, terms: Terms, document: Mapping[str, Any], own: int | None = None) -> Rule:
    rule, faults = await examine(unit, terms, document, own)
    if rule is None:
        raise SegmentInvalid(faults[0].text, place=faults[0].place, count=len(faults))
    return rule


async def create_segment(
    unit: UnitOfWork, terms: Terms, user: CurrentUser, name: str, note: str, document: Mapping[str, Any]
) -> SegmentRow:
    """A segment. Its members come soon after."""
    await repository.lock_references(unit.connection)
    rule = await _sound(unit, terms, document)
    row = SegmentRow(
        name=name, note=note, created_by=user.id, created_at=unit.now, **_set_rule(unit, terms, document, rule)
    )
    unit.session.add(row)
    await unit.session.flush()
    await unit.session.refresh(row)
    await repository.put_marks(unit.connection, row.id, marks_of(terms, rule))
    _note(unit, user, "segment_created", row)
    return row


def _set_rule(unit: UnitOfWork, terms: Terms, document: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    return {
        "rule": plain_document(document, MAX_RULE_BYTES),
        "timed": is_timed(terms, rule),
        "state": "filling",
        "reason": None,
        "refresh_at": unit.now,
        "updated_at": unit.now,
    }


async def get_segment(unit: UnitOfWork, segment_id: int, *, lock: bool = False) -> SegmentRow:
    """One segment, archived or not; SegmentNotFound."""
    query = select(SegmentRow).where(SegmentRow.id == segment_id)
    if not 0 < segment_id < 2**31:
        raise SegmentNotFound
    row = await unit.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise SegmentNotFound
    return row


async def list_segments(unit: UnitOfWork, *, archived: bool) -> Sequence[SegmentRow]:
    """All segments that are archived, or all that are not, newest first."""
    is_archived = SegmentRow.archived_at.is_not(None)
    query = select(SegmentRow).where(is_archived if archived else ~is_archived).order_by(SegmentRow.id.desc())
    return (await unit.session.scalars(query)).all()


@dataclass(frozen=True, slots=True)
class SegmentEdit:
    """What shall be different; None: as it is. ``revision`` is the one that was looked at."""

    revision: int
    name: str | None = None
    note: str | None = None
    rule: Mapping[str, Any] | None = None


async def change_segment(
    unit: UnitOfWork, terms: Terms, user: CurrentUser, segment_id: int, edit: SegmentEdit
) -> SegmentRow:
    """Change it. Another rule has everybody judged anew; who comes and leaves by that is told to the log."""
    row = await get_segment(unit, segment_id, lock=True)
    if row.archived_at is not None:
        raise SegmentArchived
    if row.revision != edit.revision:
        raise SegmentChanged(revision=row.revision)
    row.name = edit.name or row.name
    row.note = row.note if edit.note is None else edit.note
    if edit.rule is not None and plain_document(edit.rule, MAX_RULE_BYTES) != row.rule:
        await repository.lock_references(unit.connection)
        rule = await _sound(unit, terms, edit.rule, row.id)
        for field, value in _set_rule(unit, terms, edit.rule, rule).items():
            setattr(row, field, value)
        await repository.put_marks(unit.connection, row.id, marks_of(terms, rule))
    row.revision += 1
    row.updated_at = unit.now
    _note(unit, user, "segment_changed", row)
    return row


async def archive_segment(unit: UnitOfWork, terms: Terms, user: CurrentUser, segment_id: int) -> SegmentRow:
    """Keep it no more; its members are forgotten without a word, its rule stays."""
    row = await get_segment(unit, segment_id, lock=True)
    if row.archived_at is not None:
        raise SegmentArchived
    await repository.lock_references(unit.connection)
    readers = await repository.find_readers(unit.connection, f"{SEGMENT_MARK}{segment_id}")
    if readers:
        raise SegmentInUse(name=readers[0].name)
    users = await terms.find_users(unit, segment_id)
    if users:
        raise SegmentUsed(name=", ".join(users[:NAMED]), count=len(users))
    row.archived_at = row.updated_at = unit.now
    row.size = 0
    row.revision += 1
    await repository.put_marks(unit.connection, segment_id, ())
    await repository.drop_members(unit.connection, segment_id)
    _note(unit, user, "segment_archived", row)
    return row


async def refresh_segment(unit: UnitOfWork, user: CurrentUser, segment_id: int) -> SegmentRow:
    """Have everybody judged anew now."""
    row = await get_segment(unit, segment_id, lock=True)
    if row.archived_at is not None:
        raise SegmentArchived
    row.refresh_at = unit.now
    _note(unit, user, "segment_refreshed", row)
    return row


@dataclass(frozen=True, slots=True)
class Counted:
    """How many persons a rule holds for, and some of them. ``drawn``: the share of all that was looked at."""

    count: int
    sample: Sequence[Row[Any]]
    drawn: float = 1.0

    @property
    def bounds(self) -> tuple[int, int]:
        """Between which numbers all lie in 95 of 100 cases; both are the count where everybody was looked at."""
        return (self.count, self.count) if self.drawn == 1 else bounds(round(self.count * self.drawn), self.drawn)


async def count_rule(unit: UnitOfWork, terms: Terms, document: Mapping[str, Any], own: int | None = None) -> Counted:
    """Count a rule that need not be saved; SegmentInvalid, SegmentTooSlow."""
    rule = await _sound(unit, terms, document, own)
    found = await _within(unit, COUNT_SECONDS, _count_all(unit, terms, rule))
    if found is None:
        raise SegmentTooSlow(seconds=COUNT_SECONDS)
    return found


async def estimate_rule(unit: UnitOfWork, terms: Terms, document: Mapping[str, Any], own: int | None = None) -> Counted:
    """The same within a second: exact where there are few persons, else from as many of them as that time is for."""
    rule = await _sound(unit, terms, document, own)
    extent = await repository.find_extent(unit.connection, DRAWS[-1] + 1)
    best: Counted | None = None
    ends = monotonic() + ESTIMATE_SECONDS
    for size in DRAWS:
        is_all = extent.few <= size
        look = _count_all(unit, terms, rule) if is_all else _count_drawn(unit, terms, rule, _draw(extent, size))
        found = await _within(unit, max(0.001, ends - monotonic()), look)
        best = found or best
        if found is None or is_all:
            break
    if best is None:
        raise SegmentTooSlow(seconds=1)
    return best


def _draw(extent: Row[Any], size: int) -> Draw:
    return draw(extent.first, extent.last, max(extent.about, extent.few), size)


async def _count_all(unit: UnitOfWork, terms: Terms, rule: Rule) -> Counted:
    query = Query(unit.now)
    condition = write_rule(terms, rule, query)
    return Counted(*await repository.count_persons(unit.connection, (query.source, condition, query.arguments), SAMPLE))


async def _count_drawn(unit: UnitOfWork, terms: Terms, rule: Rule, drawn: Draw) -> Counted:
    query = Query(unit.now)
    asked = write_rule(terms, rule, query)
    hits, sample = await repository.count_drawn(
        unit.connection, drawn, (query.drawn_source, asked, query.arguments), SAMPLE
    )
    return Counted(round(hits / drawn.share), sample, drawn.share)


async def _within(unit: UnitOfWork, seconds: float, look: Awaitable[Counted]) -> Counted | None:
    """What it finds; None if that takes longer."""
    try:
        async with unit.connection.begin_nested():
            await repository.set_limits(unit.connection, seconds)
            return await look
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _CANCELLED:
            raise
        return None


async def find_matching(unit: UnitOfWork, terms: Terms, persons: Sequence[int], rule: Rule) -> set[int]:
    """Those of these persons for whom a rule holds now."""
    existing = await repository.find_existing(unit.connection, persons)
    facts = await load_facts(unit, terms, existing, needs_of(terms, [rule]))
    holds = compile_rule(terms, rule)
    return {person for person in existing if holds(facts[person])}


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: SegmentRow) -> None:
    record_act(unit, user.id, act, f"segment:{row.id}", {"name": row.name})
    unit.publish(TOPIC)
