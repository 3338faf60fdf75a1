"""The face of identities."""

from collections.abc import Collection

from weloop.identity.latest import LatestPerson, PersonFigures, count_persons_since, latest_persons
from weloop.identity.names import PersonName, find_names
from weloop.identity.service import OUR_DOING, announce, record
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

__all__ = [
    "OUR_DOING",
    "LatestPerson",
    "PersonFigures",
    "PersonName",
    "announce",
    "count_persons_since",
    "find_names",
    "find_persons",
    "latest_persons",
    "record",
]


async def find_persons(unit: UnitOfWork, identities: Collection[int]) -> dict[int, int]:
    """The person of each identity; unknown ones are left out."""
    rows = await run(
        unit.connection, "SELECT id, person_id FROM identity WHERE id = ANY ($1::bigint[])", sorted(identities)
    )
    return {row.id: row.person_id for row in rows}


async def find_identities(unit: UnitOfWork, persons: Collection[int]) -> dict[int, int]:
    """All identities of these persons, each with its person."""
    rows = await run(
        unit.connection, "SELECT id, person_id FROM identity WHERE person_id = ANY ($1::bigint[])", sorted(persons)
    )
    return {row.id: row.person_id for row in rows}


async def find_unresolved(unit: UnitOfWork, persons: Collection[int]) -> set[int]:
    """Those of these persons whom no unionid joins to our other accounts."""
    rows = await run(
        unit.connection, "SELECT id FROM person WHERE id = ANY ($1::bigint[]) AND NOT resolved", sorted(persons)
    )
    return {row.id for row in rows}


async def find_person_names(unit: UnitOfWork, persons: Collection[int]) -> dict[int, str | None]:
    """The names of these persons, None where the platforms tell none."""
    rows = await run(unit.connection, "SELECT id, name FROM person WHERE id = ANY ($1::bigint[])", sorted(persons))
    return {row.id: row.name for row in rows}
