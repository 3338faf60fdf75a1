"""What rules of segments may ask of a person's passage through a journey.

Runs begin and end without an event of the log: whoever lets them do so tells the segments that listen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy.engine import Row

from weloop.audience.api import find_listened, touch
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
    fixed,
    named,
)
from weloop.journeys.shelf import load_versions
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork


class JourneyTerm(Term):
    """Who is in a journey now, has ever been in it, has reached its goal, or was never in it."""

    op: Literal["journey"]
    journey_id: Annotated[int, Field(ge=1, lt=2**31)]
    state: Literal["in", "been", "goal", "never"]

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (_mark(self.journey_id),)

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (("journey", self.journey_id),)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        runs = query.join(
            "SELECT i.person_id, bool_or(r.ended_at IS NULL) AS is_in, bool_or(r.goal_at IS NOT NULL) AS has_goal"
            " FROM journey_run AS r JOIN identity AS i ON i.id = r.identity_id"
            f" WHERE r.journey_id = {query.bind(self.journey_id, 'int')} GROUP BY i.person_id"
        )
        found = {"in": "is_in", "goal": "has_goal", "been": "person_id IS NOT NULL", "never": "person_id IS NULL"}
        return f"{runs}.{found[self.state]}"

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        found = facts.get(("journey", self.journey_id))
        if self.state in ("been", "never"):
            return (found is not None) is (self.state == "been")
        return found is not None and bool(found.is_in if self.state == "in" else found.has_goal)


def _mark(journey_id: int) -> str:
    return f"journey:{journey_id}"


async def tell_segments(unit: UnitOfWork, runs: Collection[tuple[int, int]]) -> None:
    """Runs (journey, identity) began, ended or reached their goal: have their persons judged anew by who listens."""
    listened = await find_listened(unit, {_mark(journey) for journey, _ in runs})
    if listened:
        await touch(unit, ((_mark(journey), identity) for journey, identity in runs if _mark(journey) in listened))


async def load_runs(
    unit: UnitOfWork, persons: Collection[int], needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("journey", id): (is_in, has_goal) of those who were ever in it."""
    rows = await run(
        unit.connection,
        """
        SELECT r.journey_id, i.person_id, bool_or(r.ended_at IS NULL) AS is_in,
            bool_or(r.goal_at IS NOT NULL) AS has_goal
        FROM journey_run AS r JOIN identity AS i ON i.id = r.identity_id
        WHERE i.person_id = ANY ($1::bigint[]) AND r.journey_id = ANY ($2::int[]) GROUP BY 1, 2
        """,
        sorted(persons),
        sorted(int(str(need[1])) for need in needs),
    )
    found: dict[Need, dict[int, Any]] = {need: {} for need in needs}
    for row in rows:
        found["journey", row.journey_id][row.person_id] = row
    return found


async def _list(unit: UnitOfWork) -> Sequence[Row[Any]]:
    """All that people made: those that sources keep are nobody's business here."""
    return await run(unit.connection, "SELECT id, name FROM journey WHERE key IS NULL ORDER BY name, id")


async def check_journeys(unit: UnitOfWork, terms: Sequence[JourneyTerm]) -> Sequence[Sequence[Fault]]:
    """Journeys that are there."""
    known = {row.id for row in await _list(unit)}
    fault = ("journey_id", "journey_unknown", "there is no such journey")
    return [() if term.journey_id in known else (fault,) for term in terms]


async def journey_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """All journeys that people made."""
    return named((row.id, row.name) for row in await _list(unit))


_STATES = fixed(
    ("in", "正在其中", "is in it"),
    ("been", "曾经进入", "has been in it"),
    ("goal", "达成目标", "reached its goal"),
    ("never", "从未进入", "was never in it"),
)


async def find_users(unit: UnitOfWork, segment_id: int) -> Sequence[str]:
    """Journeys, live or paused, that name a segment in the version that people enter or in one with people on it."""
    rows = await run(
        unit.connection,
        """
        SELECT v.id, j.name FROM journey AS j JOIN journey_version AS v ON v.journey_id = j.id
        WHERE j.status IN ('live', 'paused')
            AND (v.id = j.version_id OR v.id IN (SELECT version_id FROM journey_position)) ORDER BY j.name, v.id
        """,
    )
    versions = await load_versions(unit, {row.id for row in rows})
    return [row.name for row in rows if row.id in versions and segment_id in versions[row.id].segments]


OFFER = Offer(
    Words("自动化流程", "Journeys"),
    terms=(
        TermOffer(
            JourneyTerm,
            Words("流程状态", "Journey"),
            (
                TermSetting("journey_id", Words("流程", "Journey"), "choice", choices=journey_choices),
                TermSetting("state", Words("状态", "State"), "choice", choices=_STATES),
            ),
            check_journeys,
        ),
    ),
    loaders={"journey": load_runs},
    find_users=find_users,
)
