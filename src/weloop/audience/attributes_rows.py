"""SQL of attributes: many values by one statement."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.audience.attributes_models import Attribute
from weloop.kit.db import columns, run


async def list_attributes(session: AsyncSession) -> Sequence[Attribute]:
    """All of them, archived ones last."""
    wanted = select(Attribute).order_by(Attribute.archived_at.is_not(None), Attribute.id)
    return (await session.scalars(wanted)).all()


async def lock_attribute(session: AsyncSession, attribute_id: int) -> Attribute | None:
    """One, to be changed."""
    return await session.get(Attribute, attribute_id, with_for_update=True)


async def count_values(connection: AsyncConnection) -> dict[int, int]:
    """By attribute, of how many persons it is known."""
    rows = await run(connection, "SELECT attribute_id, count(*)::int AS n FROM person_attribute GROUP BY attribute_id")
    return {row.attribute_id: row.n for row in rows}


async def write_values(connection: AsyncConnection, rows: Sequence[tuple[object, ...]]) -> set[int]:
    """Keep the newest told of each identity; the identities of which something newer was told.

    ``rows``: (identity, attribute, text, number, day, flag, at, event, origin), one per identity and attribute.
    """
    written = await run(
        connection,
        """
        INSERT INTO attribute_value AS v
            (identity_id, attribute_id, text, number, day, flag, at, event_id, origin)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::float8[], $5::date[], $6::boolean[],
            $7::timestamptz[], $8::bigint[], $9::text[]) AS r (identity_id, attribute_id)
        ORDER BY r.identity_id, r.attribute_id
        ON CONFLICT (identity_id, attribute_id) DO UPDATE SET
            text = excluded.text, number = excluded.number, day = excluded.day, flag = excluded.flag,
            at = excluded.at, event_id = excluded.event_id, origin = excluded.origin
        WHERE (excluded.at, excluded.event_id) >= (v.at, v.event_id)
        RETURNING v.identity_id
        """,
        *columns(rows, 9),
    )
    return {row.identity_id for row in written}


_NEWEST = """
SELECT DISTINCT ON (v.attribute_id, i.person_id) v.attribute_id, i.person_id, v.text, v.number, v.day, v.flag, v.at,
    v.origin
FROM identity_of AS i JOIN attribute_value AS v ON v.identity_id = i.identity_id
ORDER BY v.attribute_id, i.person_id, v.at DESC, v.event_id DESC, v.identity_id
"""
_FOLD = f"""
WITH identity_of AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS i (identity_id, person_id)),
newest AS ({_NEWEST}),
gone AS (
    DELETE FROM person_attribute AS p WHERE p.person_id = ANY ($3::bigint[]) AND NOT EXISTS (
        SELECT 1 FROM newest AS n WHERE n.attribute_id = p.attribute_id AND n.person_id = p.person_id
        AND num_nonnulls(n.text, n.number, n.day, n.flag) > 0)
    RETURNING p.attribute_id, p.person_id
),
kept AS (
    INSERT INTO person_attribute AS p (attribute_id, person_id, text, number, day, flag, at, origin)
    SELECT * FROM newest AS n WHERE num_nonnulls(n.text, n.number, n.day, n.flag) > 0
    ON CONFLICT (attribute_id, person_id) DO UPDATE SET
        text = excluded.text, number = excluded.number, day = excluded.day, flag = excluded.flag, at = excluded.at,
        origin = excluded.origin
    WHERE (p.text, p.number, p.day, p.flag) IS DISTINCT FROM (excluded.text, excluded.number, excluded.day,
        excluded.flag)
    RETURNING p.attribute_id, p.person_id, p.text, p.number, p.day, p.flag
)
SELECT attribute_id, person_id, NULL::text AS text, NULL::float8 AS number, NULL::date AS day, NULL::boolean AS flag
FROM gone UNION ALL SELECT attribute_id, person_id, text, number, day, flag FROM kept
ORDER BY person_id, attribute_id
"""  # noqa: S608 -- constants


async def fold_persons(
    connection: AsyncConnection, person_of: dict[int, int], persons: Collection[int]
) -> Sequence[Row[Any]]:
    """Fold these persons anew, whose identities are ``person_of``; what changed: (attribute, person, the values)."""
    return await run(connection, _FOLD, list(person_of), list(person_of.values()), sorted(persons))


async def load_values(connection: AsyncConnection, persons: Collection[int]) -> Sequence[Row[Any]]:
    """What holds for these persons: (person_id, attribute_id, text, number, day, flag, at, origin)."""
    return await run(
        connection,
        """
        SELECT person_id, attribute_id, text, number, day, flag, at, origin FROM person_attribute
        WHERE person_id = ANY ($1::bigint[]) ORDER BY attribute_id
        """,
        sorted(persons),
    )


async def forget_values(connection: AsyncConnection, identities: Collection[int], events: Collection[int]) -> set[int]:
    """Delete all that was told of these identities, or by these events; of which identities something was told."""
    rows = await run(
        connection,
        "DELETE FROM attribute_value WHERE identity_id = ANY ($1::bigint[]) OR event_id = ANY ($2::bigint[])"
        " RETURNING identity_id",
        sorted(identities),
        sorted(events),
    )
    return {row.identity_id for row in rows}
