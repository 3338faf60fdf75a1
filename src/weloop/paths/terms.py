"""What rules of segments may ask of a person's progress on a path."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints

from weloop.contracts.terms import (
    Choice,
    Fault,
    Need,
    Offer,
    PersonFacts,
    Term,
    TermOffer,
    TermQuery,
    TermSetting,
    Words,
    named,
)
from weloop.kit.unit import UnitOfWork
from weloop.paths import repository
from weloop.paths.api import list_paths
from weloop.paths.rules import Definition, path_mark, read_definition

PathId: TypeAlias = Annotated[int, Field(ge=1, lt=2**63)]
PartKey: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Seconds: TypeAlias = Annotated[int, Field(ge=1, le=10 * 366 * 86_400)]


class _OnPath(Term):
    path_id: PathId

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (path_mark(self.path_id),)

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (("path", self.path_id),)

    def _progress(self, query: TermQuery) -> str:
        return query.join(f"SELECT person_id, reached, passed FROM path_progress WHERE {self._counting(query)}")

    def _counting(self, query: TermQuery) -> str:
        return f"version_id = (SELECT version_id FROM path WHERE id = {query.bind(self.path_id, 'bigint')})"

    def _passed(self, query: TermQuery, number: str, since: datetime, *ages: int) -> str:
        """Who reached a stage so many seconds before any moment after ``since`` until now."""
        reached = f"reached[{number}]"
        edges = [
            [query.bind(each - timedelta(seconds=age), "timestamptz") for each in (since, query.at)] for age in ages
        ]
        passed = " OR ".join(f"{reached} > {after} AND {reached} <= {until}" for after, until in edges)
        return f"SELECT person_id FROM path_progress WHERE {self._counting(query)} AND ({passed})"

    def _number(self, query: TermQuery, parts: str, key: str) -> str:
        """The number of a stage or a hop in the version that counts; arrays begin at 1."""
        return (
            "(SELECT part.n::int FROM path AS o JOIN path_version AS v ON v.id = o.version_id,"
            f" jsonb_array_elements(v.definition -> '{parts}') WITH ORDINALITY AS part (value, n)"
            f" WHERE o.id = {query.bind(self.path_id, 'bigint')} AND part.value ->> 'key' = {key})"
        )


class StageTerm(_OnPath):
    """Who has reached a stage of a path, ever or lately."""

    op: Literal["path_stage"]
    stage: PartKey
    within_seconds: Seconds | None = None

    def is_timed(self) -> bool:
        """See :class:`Term`."""
        return self.within_seconds is not None

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        reached = f"{self._progress(query)}.reached[{self._stage(query)}]"
        if self.within_seconds is None:
            return f"{reached} IS NOT NULL"
        edge = query.at - timedelta(seconds=self.within_seconds)
        return f"{reached} > {query.bind(edge, 'timestamptz')} AND {reached} <= {query.now}"

    def passed_sql(self, query: TermQuery, since: datetime) -> str | None:
        """See :class:`Term`. A platform's clock may be ahead: what is told before it happens counts once it does."""
        return self._passed(query, self._stage(query), since, 0, self.within_seconds or 0)

    def _stage(self, query: TermQuery) -> str:
        return self._number(query, "stages", query.bind(self.stage, "text"))

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        progress = facts.get(("path", self.path_id))
        reached = None if progress is None else progress.stages.get(self.stage)
        if reached is None or self.within_seconds is None:
            return reached is not None
        return bool(facts.now - timedelta(seconds=self.within_seconds) < reached <= facts.now)


class StuckTerm(_OnPath):
    """Who entered a hop of a path at least so long ago, and has not passed it."""

    op: Literal["path_stuck"]
    hop: PartKey
    for_seconds: Seconds

    def is_timed(self) -> bool:
        """See :class:`Term`."""
        return True

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        hop = query.bind(self.hop, "text")
        passed = self._number(query, "hops", hop)
        source = self._source(query, hop)
        progress = self._progress(query)
        edge = query.bind(query.at - timedelta(seconds=self.for_seconds), "timestamptz")
        return (
            f"{progress}.reached[{source}] <= {edge} AND {passed} IS NOT NULL AND {progress}.passed[{passed}] IS NULL"
        )

    def passed_sql(self, query: TermQuery, since: datetime) -> str | None:
        """See :class:`Term`."""
        return self._passed(query, self._source(query, query.bind(self.hop, "text")), since, self.for_seconds)

    def _source(self, query: TermQuery, hop: str) -> str:
        key = (
            "(SELECT h ->> 'from' FROM path AS o JOIN path_version AS w ON w.id = o.version_id,"
            f" jsonb_array_elements(w.definition -> 'hops') AS h"
            f" WHERE o.id = {query.bind(self.path_id, 'bigint')} AND h ->> 'key' = {hop})"
        )
        return self._number(query, "stages", key)

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        progress = facts.get(("path", self.path_id))
        entered, passed = (None, None) if progress is None else progress.hops.get(self.hop, (None, None))
        return entered is not None and passed is None and entered <= facts.now - timedelta(seconds=self.for_seconds)


class KnownProgress:
    """Moments of one person on one path: by stage, and by hop (entered, passed)."""

    __slots__ = ("hops", "stages")

    def __init__(self, definition: Definition, row: Any) -> None:
        self.stages = {stage.key: at for stage, at in zip(definition.stages, row.reached, strict=True)}
        self.hops = {
            hop.key: (self.stages[hop.source], passed) for hop, passed in zip(definition.hops, row.passed, strict=True)
        }


async def load_progress(
    unit: UnitOfWork, persons: Collection[int], needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("path", id): the progress of those who are on it."""
    found: dict[Need, dict[int, KnownProgress]] = {need: {} for need in needs}
    versions = {
        row.id: (("path", row.path_id), read_definition(row.definition))
        for row in await repository.find_counting(unit.connection, {int(str(need[1])) for need in needs})
    }
    for row in await repository.load_progress(unit.connection, versions, persons):
        need, definition = versions[row.version_id]
        found[need][row.person_id] = KnownProgress(definition, row)
    return found


async def check_paths(unit: UnitOfWork, terms: Sequence[StageTerm | StuckTerm]) -> Sequence[Sequence[Fault]]:
    """Paths, stages and hops that are there."""
    known = {path.id: path.definition for path in await list_paths(unit)}
    return [tuple(_faults(known.get(term.path_id), term)) for term in terms]


def _faults(definition: Definition | None, term: StageTerm | StuckTerm) -> Iterable[Fault]:
    if definition is None:
        yield "path_id", "path_unknown", "there is no such path"
    elif isinstance(term, StageTerm) and all(stage.key != term.stage for stage in definition.stages):
        yield "stage", "stage_unknown", "the path has no such stage"
    elif isinstance(term, StuckTerm) and all(hop.key != term.hop for hop in definition.hops):
        yield "hop", "hop_unknown", "the path has no such hop"


async def path_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """All paths."""
    return named((path.id, path.name) for path in await list_paths(unit))


_PATH = TermSetting("path_id", Words("路径", "Path"), "choice", choices=path_choices)
OFFER = Offer(
    Words("获客路径", "Paths"),
    terms=(
        TermOffer(
            StageTerm,
            Words("到达节点", "Reached a stage"),
            (
                _PATH,
                TermSetting("stage", Words("节点", "Stage"), "text"),
                TermSetting("within_seconds", Words("最近", "Within the last"), "seconds", required=False),
            ),
            check_paths,
        ),
        TermOffer(
            StuckTerm,
            Words("停在环节", "Stuck in a hop"),
            (
                _PATH,
                TermSetting("hop", Words("环节", "Hop"), "text"),
                TermSetting("for_seconds", Words("超过", "For longer than"), "seconds"),
            ),
            check_paths,
        ),
    ),
    loaders={"path": load_progress},
)
