"""Folding touches into the progress of persons and the counts of hops, a batch at a time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from weloop.identity.api import find_identities, find_persons
from weloop.kit.clock import beijing_date
from weloop.kit.unit import UnitOfWork
from weloop.paths import repository
from weloop.paths.rules import Definition, Progress, Touch, bucket_of, fold_progress

MOST_LOOKS = 5
"""Identities that move between persons while we wait for their lock are looked up again, at most so often."""


async def fold_identities(unit: UnitOfWork, definitions: Mapping[int, Definition], identities: Collection[int]) -> None:
    """Fold the persons of these identities anew on these versions."""
    await fold_persons(unit, definitions, await _lock_persons_of(unit, identities))


async def _lock_persons_of(unit: UnitOfWork, identities: Collection[int]) -> set[int]:
    locked: set[int] = set()
    for _ in range(MOST_LOOKS):
        persons = set((await find_persons(unit, identities)).values())
        if persons <= locked:
            break
        await repository.lock_persons(unit.connection, persons - locked)
        locked |= persons
    return locked


async def fold_persons(unit: UnitOfWork, definitions: Mapping[int, Definition], persons: Collection[int]) -> None:
    """Fold these persons anew: compare with what was folded before, write what differs and its change of the counts."""
    if not persons or not definitions:
        return
    await repository.lock_persons(unit.connection, persons)
    person_of = await find_identities(unit, persons)
    touches: defaultdict[tuple[int, int], list[Touch]] = defaultdict(list)
    for row in await repository.load_touches(unit.connection, definitions, person_of):
        touch = Touch(row.occurred_at, row.event_id, row.stage, row.state, row.staff)
        touches[row.version_id, person_of[row.identity_id]].append(touch)
    old = {
        (row.version_id, row.person_id): Progress(tuple(row.reached), tuple(row.passed), row.state, row.staff)
        for row in await repository.load_progress(unit.connection, definitions, persons)
    }
    new = {key: fold_progress(definitions[key[0]], found) for key, found in touches.items()}
    await _write(unit, definitions, old, new)


async def _write(
    unit: UnitOfWork,
    definitions: Mapping[int, Definition],
    old: Mapping[tuple[int, int], Progress],
    new: Mapping[tuple[int, int], Progress],
) -> None:
    changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    cells: Counter[tuple[Any, ...]] = Counter()
    passes: Counter[tuple[Any, ...]] = Counter()
    times: Counter[tuple[Any, ...]] = Counter()
    for key in changed:
        for progress, sign in ((old.get(key), -1), (new.get(key), 1)):
            if progress is not None:
                _count(key[0], definitions[key[0]], progress, sign, (cells, passes, times))
    kept = [key for key in changed if key in new]
    if kept:
        await repository.write_progress(unit.connection, [_row(key, new[key]) for key in kept])
    if gone := [key for key in changed if key not in new]:
        await repository.drop_progress(unit.connection, gone)
    # A count that moves away and back is no change, and a pass alone changes its cell as well.
    moved = {key: (cells[key], passes[key]) for key in cells.keys() | passes.keys() if cells[key] or passes[key]}
    if moved:
        await repository.add_to_cells(unit.connection, moved)
    if late := {key: change for key, change in times.items() if change}:
        await repository.add_to_times(unit.connection, late)


def _count(
    version: int,
    definition: Definition,
    progress: Progress,
    sign: int,
    counts: tuple[Counter[tuple[Any, ...]], Counter[tuple[Any, ...]], Counter[tuple[Any, ...]]],
) -> None:
    cells, passes, times = counts
    for number, hop in enumerate(definition.hops):
        entered, passed = progress.reached[definition.ends_of(hop)[0]], progress.passed[number]
        if entered is None:
            continue
        day = beijing_date(entered)
        cell = (version, day, number, progress.state, progress.staff)
        cells[cell] += sign
        if passed is not None:
            passes[cell] += sign
            times[version, day, number, bucket_of((passed - entered).total_seconds())] += sign


def _row(key: tuple[int, int], progress: Progress) -> tuple[Any, ...]:
    return (*key, _array(progress.reached), _array(progress.passed), progress.state, progress.staff)


def _array(moments: Sequence[datetime | None]) -> str:
    """A PostgreSQL array of moments: ``unnest`` cannot take a list of lists of different rows."""
    return "{" + ",".join("NULL" if each is None else f'"{each.isoformat()}"' for each in moments) + "}"


def touch_rows(
    version: int, stages: Iterable[int], event_id: int, identity_id: int, at: datetime, texts: tuple[str, str]
) -> list[tuple[Any, ...]]:
    """Rows of one event in the form of ``repository.insert_touches``; ``texts``: state code and member."""
    return [(version, event_id, stage, identity_id, at, *texts) for stage in stages]
