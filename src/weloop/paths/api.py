"""The face of paths."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from weloop.kit.unit import UnitOfWork
from weloop.paths import repository, service
from weloop.paths.handlers import fold_moves, follow_events
from weloop.paths.models import Path, PathVersion
from weloop.paths.rebuild import PathBuilder
from weloop.paths.rules import Definition, Hop, Stage, quantile, read_definition
from weloop.paths.service import WAKE

__all__ = [
    "WAKE",
    "Definition",
    "Hop",
    "HopCounts",
    "HopPerson",
    "PathBuilder",
    "PathRef",
    "Stage",
    "count_hops",
    "find_path",
    "fold_moves",
    "follow_events",
    "list_hop_persons",
    "list_paths",
    "quantile",
    "time_hops",
]


@dataclass(frozen=True, slots=True)
class PathRef:
    """A path with the version that counts. ``built``: the whole log is in; else ``seen_events`` of it are."""

    id: int
    name: str
    template: str
    version_id: int
    number: int
    built: bool
    seen_events: int
    updated_at: datetime
    definition: Definition


@dataclass(frozen=True, slots=True)
class HopCounts:
    """Who entered a hop and of those who passed it."""

    entered: int
    passed: int


@dataclass(frozen=True, slots=True)
class HopPerson:
    """One who entered a hop. ``passed_at`` None: not yet."""

    person_id: int
    entered_at: datetime
    passed_at: datetime | None
    state: str
    staff: str


async def find_path(unit: UnitOfWork, path_id: int) -> PathRef:
    """One path; NotFound."""
    path = await service.get_path(unit, path_id)
    return _ref(path, await service.get_version(unit, path))


async def list_paths(unit: UnitOfWork) -> list[PathRef]:
    """All paths, oldest first."""
    return [_ref(path, version) for path, version in await repository.list_paths(unit.session)]


def _ref(path: Path, version: PathVersion) -> PathRef:
    return PathRef(
        path.id,
        path.name,
        path.template,
        version.id,
        version.number,
        version.built,
        version.seen_events,
        path.updated_at,
        read_definition(version.definition),
    )


async def find_members(unit: UnitOfWork, versions: Collection[int], persons: Collection[int]) -> set[tuple[int, int]]:
    """(version, person) of those persons who reached a stage of one of the versions."""
    rows = await repository.find_members(unit.connection, versions, persons)
    return {(row.version_id, row.person_id) for row in rows}


async def count_hops(
    unit: UnitOfWork, version_id: int, first: date, last: date
) -> Mapping[tuple[int, str], Mapping[str, HopCounts]]:
    """By (hop number, dimension) the counts by key, of who entered on these Beijing days, both included.

    Dimensions: ``all`` (key ""), ``source`` (state code), ``owner`` (userid), ``cohort`` (Monday of the entry's week).
    """
    found: defaultdict[tuple[int, str], dict[str, HopCounts]] = defaultdict(dict)
    for row in await repository.sum_cells(unit.connection, version_id, first, last):
        found[row.hop, row.by][row.key] = HopCounts(row.entered, row.passed)
    return found


async def time_hops(unit: UnitOfWork, version_id: int, first: date, last: date) -> Mapping[int, Mapping[int, int]]:
    """By hop number the counts of the durations' buckets; :func:`quantile` reads them, within 5 %."""
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for row in await repository.sum_times(unit.connection, version_id, first, last):
        found[row.hop][row.bucket] = row.n
    return found


async def list_hop_persons(
    unit: UnitOfWork,
    path: PathRef,
    hop: int,
    period: tuple[datetime, datetime],
    wanted: tuple[bool | None, str | None, str | None],
    page: tuple[int, int],
) -> tuple[Sequence[HopPerson], int]:
    """A page of those who entered a hop within ``period``, newest first, and how many they are.

    ``wanted``: (passed or not, state code, member), None: any; ``page``: (limit, offset).
    """
    stage = path.definition.ends_of(path.definition.hops[hop])[0]
    place = (stage, hop)
    rows = await repository.list_hop_persons(unit.connection, path.version_id, place, period, wanted, page)
    persons = [HopPerson(r.person_id, r.entered_at, r.passed_at, r.state, r.staff) for r in rows]
    return persons, (rows[0].total if rows else 0)
