"""What a member of staff needs to know of persons at a glance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Face:
    """A person: what they are called, where they work, their numbers (digits), who has them as a friend now."""

    id: int
    name: str | None
    company: str | None
    avatar_url: str | None
    phones: Sequence[str]
    staff: Sequence[str]
    state_code: str | None
    """The code they first came by."""


async def find_faces(unit: UnitOfWork, persons: Collection[int]) -> dict[int, Face]:
    """These persons by id, in one query; unknown ones are left out."""
    rows = await run(
        unit.connection,
        """
        SELECT p.id, p.name, p.company, p.avatar_url,
            ARRAY (SELECT i.value FROM identity AS i WHERE i.person_id = p.id AND i.kind = 'phone'
                   ORDER BY i.first_seen_at, i.id) AS phones,
            p.staff, p.state_code
        FROM person AS p WHERE p.id = ANY ($1::bigint[])
        """,
        sorted(persons),
    )
    return {row.id: Face(*tuple(row)) for row in rows}


async def find_refs(unit: UnitOfWork, person: int) -> list[IdentityRef]:
    """All names of a person, by kind, those known longest first."""
    rows = await run(
        unit.connection,
        "SELECT kind, scope, value FROM identity WHERE person_id = $1 ORDER BY kind, first_seen_at, id",
        person,
    )
    return [IdentityRef(IdentityKind(row.kind), row.scope, row.value) for row in rows]


async def find_contact(unit: UnitOfWork, person: int, scope: str | None = None) -> str | None:
    """The person's ``external_userid`` at a corp (None: at any), the one seen last."""
    rows = await run(
        unit.connection,
        """
        SELECT value FROM identity
        WHERE person_id = $1 AND kind = 'external_contact' AND ($2::text IS NULL OR scope = $2)
        ORDER BY last_seen_at DESC, id LIMIT 1
        """,
        person,
        scope,
    )
    return rows[0].value if rows else None


@dataclass(frozen=True, slots=True)
class Portrait:
    """What rules may ask of a person. ``state_code``: by which code the person came first, if by any."""

    name: str | None
    company: str | None
    kinds: Sequence[str]
    staff: Sequence[str]
    state_code: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    resolved: bool


async def find_portraits(unit: UnitOfWork, persons: Collection[int]) -> dict[int, Portrait]:
    """These persons by id, in one query; unknown ones are left out."""
    rows = await run(
        unit.connection,
        """
        SELECT id, name, company, kinds, staff, state_code, first_seen_at, last_seen_at, resolved
        FROM person WHERE id = ANY ($1::bigint[])
        """,
        sorted(persons),
    )
    return {row.id: Portrait(*tuple(row)[1:]) for row in rows}


async def find_addresses(
    unit: UnitOfWork, identities: Collection[int], kind: IdentityKind, scopes: Collection[str]
) -> dict[tuple[int, str], tuple[int, str]]:
    """By (identity, scope): the identity of this kind and scope (id, value) of the same person, the one seen last."""
    rows = await run(
        unit.connection,
        """
        SELECT DISTINCT ON (asked.id, i.scope) asked.id AS asked, i.scope, i.id, i.value
        FROM identity AS asked JOIN identity AS i ON i.person_id = asked.person_id
        WHERE asked.id = ANY ($1::bigint[]) AND i.kind = $2 AND i.scope = ANY ($3::text[])
        ORDER BY asked.id, i.scope, i.last_seen_at DESC, i.id
        """,
        sorted(identities),
        str(kind),
        sorted(scopes),
    )
    return {(row.asked, row.scope): (row.id, row.value) for row in rows}
