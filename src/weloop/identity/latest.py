"""What the overview tells of persons: three figures and who moved last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """How many persons there are, how many came since a moment, and how many no unionid joins to other accounts."""

    persons: int
    since: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class LatestPerson:
    """A person who moved lately."""

    id: int
    name: str | None
    state_code: str | None
    last_seen_at: datetime
    identities: Sequence[int]


async def count_persons_since(unit: UnitOfWork, moment: datetime) -> PersonFigures:
    """Figures over all persons; ``since`` counts those first seen at ``moment`` or later."""
    rows = await run(
        unit.connection,
        """
        SELECT count(*), count(*) FILTER (WHERE first_seen_at >= $1), count(*) FILTER (WHERE NOT resolved) FROM person
        """,
        moment,
    )
    return PersonFigures(*tuple(rows[0]))


async def latest_persons(unit: UnitOfWork, limit: int) -> list[LatestPerson]:
    """Persons last seen, newest first, with their identities."""
    rows = await run(
        unit.connection,
        """
        SELECT p.id, p.name, p.state_code, p.last_seen_at,
            ARRAY (SELECT i.id FROM identity AS i WHERE i.person_id = p.id) AS identities
        FROM person AS p ORDER BY p.last_seen_at DESC, p.id LIMIT $1
        """,
        limit,
    )
    return [LatestPerson(*tuple(row)) for row in rows]
