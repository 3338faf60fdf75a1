"""SQL of companies."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import columns, literal, run
from weloop.kit.http import like_operator, like_pattern
from weloop.kit.pagination import PageRequest


async def make_companies(connection: AsyncConnection, names: Mapping[str, str], at: datetime) -> None:
    """Make a company for each key {key: name} that means none yet."""
    await run(
        connection,
        """
        WITH new AS (
            SELECT n.key, n.name, nextval(pg_get_serial_sequence('company', 'id')) AS id
            FROM unnest($1::text[], $2::text[]) AS n (key, name)
            WHERE NOT EXISTS (SELECT 1 FROM company_key AS k WHERE k.key = n.key) ORDER BY n.key
        ),
        made AS (
            INSERT INTO company_key (key, company_id) SELECT key, id FROM new ORDER BY key
            ON CONFLICT DO NOTHING RETURNING company_id
        )
        INSERT INTO company (id, name, created_at) OVERRIDING SYSTEM VALUE
        SELECT id, name, $3 FROM new WHERE id IN (SELECT company_id FROM made)
        """,
        *columns(sorted(names.items()), 2),
        at,
    )


async def place_persons(connection: AsyncConnection, keys: Mapping[int, str], persons: Collection[int]) -> bool:
    """Say to which company {person: key} these persons belong, the others to none; whether anything changed."""
    gone = await run(
        connection,
        "DELETE FROM company_person WHERE person_id = ANY ($1::bigint[]) AND person_id <> ALL ($2::bigint[])"
        " RETURNING person_id",
        sorted(persons),
        sorted(keys),
    )
    come = await run(
        connection,
        """
        INSERT INTO company_person AS p (person_id, key)
        SELECT * FROM unnest($1::bigint[], $2::text[]) AS r (person_id, key) ORDER BY r.person_id
        ON CONFLICT (person_id) DO UPDATE SET key = excluded.key WHERE p.key <> excluded.key
        RETURNING p.person_id
        """,
        *columns(sorted(keys.items()), 2),
    )
    return bool(gone or come)


async def drop_deserted(connection: AsyncConnection) -> None:
    """Delete companies nobody belongs to, with their names: who was erased may have been all of one."""
    await run(
        connection,
        """
        WITH left_over AS (
            SELECT k.company_id FROM company_key AS k LEFT JOIN company_person AS p ON p.key = k.key
            GROUP BY k.company_id HAVING count(p.person_id) = 0
        ),
        names AS (DELETE FROM company_key WHERE company_id IN (SELECT company_id FROM left_over))
        DELETE FROM company WHERE id IN (SELECT company_id FROM left_over)
        """,
    )


OF_COMPANY = """
id IN (SELECT p.person_id FROM company_person AS p JOIN company_key AS k ON k.key = p.key WHERE k.company_id = {})
"""
"""A condition on rows of ``person``."""
_COUNTED = """
SELECT c.id, c.name, c.created_at, count(p.person_id)::int AS persons
FROM company AS c JOIN company_key AS k ON k.company_id = c.id LEFT JOIN company_person AS p ON p.key = k.key
"""


async def list_companies(connection: AsyncConnection, search: str, page: PageRequest) -> tuple[Sequence[Row[Any]], int]:
    """A page of (id, name, created_at, persons), most persons first, and how many companies there are."""
    where = f"WHERE ($1::text = '' OR c.name {like_operator(search)} $1)"
    pattern = like_pattern(search) if search else ""
    rows = await run(
        connection,
        f"{_COUNTED} {where} GROUP BY c.id ORDER BY persons DESC, c.id LIMIT $2 OFFSET $3",
        pattern,
        page.size,
        page.offset,
    )
    total = await run(connection, f"SELECT count(*)::int AS n FROM company AS c {where}", pattern)  # noqa: S608 -- constants
    return rows, total[0].n


async def load_company(connection: AsyncConnection, company_id: int) -> Row[Any] | None:
    """(id, name, created_at, persons)."""
    rows = await run(connection, f"{_COUNTED} WHERE c.id = $1 GROUP BY c.id", company_id)
    return rows[0] if rows else None


async def rename_company(connection: AsyncConnection, company_id: int, name: str) -> None:
    """Another spelling."""
    await run(connection, "UPDATE company SET name = $2 WHERE id = $1", company_id, name)


async def join_companies(connection: AsyncConnection, company_id: int, into: int) -> None:
    """Let all names of a company mean another one from now on."""
    await run(
        connection, "SELECT 1 FROM company WHERE id = ANY ($1) ORDER BY id FOR UPDATE", sorted((company_id, into))
    )
    await run(connection, "UPDATE company_key SET company_id = $2 WHERE company_id = $1", company_id, into)
    await run(connection, "DELETE FROM company WHERE id = $1", company_id)


async def find_companies(connection: AsyncConnection, persons: Collection[int]) -> Sequence[Row[Any]]:
    """(person_id, id, name) of those who belong to one."""
    return await run(
        connection,
        """
        SELECT p.person_id, c.id, c.name FROM company_person AS p
        JOIN company_key AS k ON k.key = p.key JOIN company AS c ON c.id = k.company_id
        WHERE p.person_id = ANY ($1::bigint[])
        """,
        sorted(persons),
    )


async def list_persons(connection: AsyncConnection, company_id: int) -> list[int]:
    """Who belongs to a company."""
    rows = await run(
        connection,
        "SELECT person_id FROM company_person AS p JOIN company_key AS k ON k.key = p.key WHERE k.company_id = $1",
        company_id,
    )
    return [row.person_id for row in rows]


async def find_members(
    connection: AsyncConnection, persons: Collection[int], keys: Collection[str]
) -> Sequence[Row[Any]]:
    """(key, person_id) of those of these persons who belong to the companies that these keys mean."""
    return await run(
        connection,
        """
        SELECT asked.key, p.person_id FROM company_key AS asked JOIN company_key AS k USING (company_id)
        JOIN company_person AS p ON p.key = k.key
        WHERE asked.key = ANY ($2::text[]) AND p.person_id = ANY ($1::text::bigint[])
        """,
        literal(persons),
        sorted(keys),
    )


async def find_keys(connection: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Those of these keys that mean a company."""
    rows = await run(connection, "SELECT key FROM company_key WHERE key = ANY ($1::text[])", sorted(keys))
    return {row.key for row in rows}


async def list_keys(connection: AsyncConnection, limit: int) -> Sequence[Row[Any]]:
    """(key, name) of companies, one key each, most persons first."""
    return await run(
        connection,
        """
        SELECT min(k.key) AS key, c.name FROM company AS c JOIN company_key AS k ON k.company_id = c.id
        LEFT JOIN company_person AS p ON p.key = k.key
        GROUP BY c.id ORDER BY count(p.person_id) DESC, c.id LIMIT $1
        """,
        limit,
    )
