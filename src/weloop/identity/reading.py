"""SQL behind the person pages: a constant number of statements per page, however many rows it shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import run
from weloop.kit.http import like_operator, like_pattern
from weloop.kit.pagination import PageRequest


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """Which persons: ``kind`` is one of the identity kinds, or ``phone_only``.

    None means any but those of whom nothing is known but a browser: one site has more of these than there are others.
    """

    search: str = ""
    kind: str | None = None
    state_code: str | None = None
    resolved: bool | None = None
    among: tuple[tuple[str, int], ...] = ()
    """Conditions of higher modules on rows of ``person``, each with the value that stands for its ``{}``."""


COUNTED = 100_000
"""Beyond it nobody needs to know how many more, and a page would wait for the whole table."""
_COLUMNS = (
    """id, name, avatar_url, company, kinds, staff, state_code, first_seen_at, last_seen_at, resolved, conflict"""
)
_REST = """
AND (($2::text IS NULL AND kinds <> ARRAY['visitor']) OR ($2 <> 'phone_only' AND kinds @> ARRAY[$2])
     OR ($2 = 'phone_only' AND kinds = ARRAY['phone']))
AND ($3::text IS NULL OR state_code = $3)
AND ($4::boolean IS NULL OR resolved = $4)
"""


def _where(wanted: PersonFilter) -> str:
    others = "".join(f" AND {sql.format(f'${at}::bigint')}" for at, (sql, _) in enumerate(wanted.among, start=7))
    return f"($1::text = '' OR search {like_operator(wanted.search)} $1) {_REST}{others}"


async def list_persons(connection: AsyncConnection, wanted: PersonFilter, page: PageRequest) -> Sequence[Row[Any]]:
    """One page, last seen first."""
    return await run(
        connection,
        f"SELECT {_COLUMNS} FROM person WHERE {_where(wanted)} ORDER BY last_seen_at DESC, id LIMIT $5 OFFSET $6",  # noqa: S608 -- constants
        *_arguments(wanted, page.size, page.offset),
    )


async def scan_persons(connection: AsyncConnection, wanted: PersonFilter, after: int | None, limit: int) -> list[int]:
    """The next persons in the order of their ids, for whoever goes through all of them."""
    following = f"(${7 + len(wanted.among)}::bigint IS NULL OR id > ${7 + len(wanted.among)})"
    rows = await run(
        connection,
        f"SELECT id FROM person WHERE {_where(wanted)} AND {following} ORDER BY id LIMIT $5 OFFSET $6",  # noqa: S608 -- constants
        *_arguments(wanted, limit, 0),
        after,
    )
    return [row.id for row in rows]


async def count_persons(connection: AsyncConnection, wanted: PersonFilter) -> tuple[int, int, bool]:
    """How many there are, how many of them no unionid joins to our other accounts, and whether there are more than
    ``COUNTED``: so many are counted and no more.
    """
    rows = await run(
        connection,
        f"""
        SELECT count(*), count(*) FILTER (WHERE NOT resolved)
        FROM (SELECT resolved FROM person WHERE {_where(wanted)} LIMIT $5 OFFSET $6) AS found
        """,  # noqa: S608 -- constants
        *_arguments(wanted, COUNTED + 1, 0),
    )
    total, unresolved = tuple(rows[0])
    return min(total, COUNTED), unresolved, total > COUNTED


def _arguments(wanted: PersonFilter, limit: int, offset: int) -> tuple[object, ...]:
    search = like_pattern(wanted.search) if wanted.search else ""
    values = [value for _, value in wanted.among]
    return (search, wanted.kind, wanted.state_code, wanted.resolved, limit, offset, *values)


async def load_person(connection: AsyncConnection, identity_or_person: int) -> Row[Any] | None:
    """The person with this id, or of the identity with this id: addresses outlive merges."""
    rows = await run(
        connection,
        f"""
        SELECT {_COLUMNS} FROM person
        WHERE id = coalesce((SELECT person_id FROM identity WHERE id = $1), $1)
        """,  # noqa: S608 -- constants
        identity_or_person,
    )
    return rows[0] if rows else None


async def load_identities(connection: AsyncConnection, person_id: int) -> Sequence[Row[Any]]:
    """All identities of a person."""
    return await run(
        connection,
        """
        SELECT id, kind, scope, value, account_id, first_seen_at, name, avatar_url, gender, company, remark, told_at,
               found, fetched_at
        FROM identity WHERE person_id = $1 ORDER BY kind, first_seen_at, id
        """,
        person_id,
    )


async def load_relations(connection: AsyncConnection, identities: Collection[int]) -> Sequence[Row[Any]]:
    """How these identities stand with our accounts, newest first."""
    return await run(
        connection,
        """
        SELECT account_id, identity_id, staff, added_at, state,
               CASE WHEN added_at IS NULL OR (ended_at, ended_event) > (added_at, added_event) THEN ended_at END
                   AS ended_at,
               ended_by
        FROM relation WHERE identity_id = ANY ($1) ORDER BY added_at DESC NULLS LAST, account_id, staff
        """,
        sorted(identities),
    )


async def load_values(connection: AsyncConnection, identities: Collection[int]) -> dict[int, Row[Any]]:
    """(id, kind, value, person_id) by identity."""
    rows = await run(
        connection, "SELECT id, kind, value, person_id FROM identity WHERE id = ANY ($1)", sorted(identities)
    )
    return {row.id: row for row in rows}
