"""What persons are called, for pages of other modules."""

from collections.abc import Collection
from dataclasses import dataclass

from weloop.kit.db import run
from weloop.kit.http import like_operator, like_pattern
from weloop.kit.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person by one of their identities. ``is_friend``: a member of staff has them as a friend now."""

    id: int
    name: str | None
    is_friend: bool


async def find_names(unit: UnitOfWork, identities: Collection[int]) -> dict[int, PersonName]:
    """The person of each identity with what they are called; unknown ones are left out."""
    rows = await run(
        unit.connection,
        """
        SELECT i.id AS identity_id, p.id, p.name, cardinality(p.staff) > 0 AS is_friend
        FROM identity AS i JOIN person AS p ON p.id = i.person_id WHERE i.id = ANY ($1::bigint[])
        """,
        sorted(identities),
    )
    return {row.identity_id: PersonName(row.id, row.name, row.is_friend) for row in rows}


async def find_matching(unit: UnitOfWork, search: str, limit: int = 5_000) -> list[int]:
    """Persons whose names, companies or numbers contain a text, last seen first, ``limit`` at most."""
    rows = await run(
        unit.connection,
        f"SELECT id FROM person WHERE search {like_operator(search)} $1 ORDER BY last_seen_at DESC LIMIT $2",  # noqa: S608 -- constants
        like_pattern(search),
        limit,
    )
    return [row.id for row in rows]
