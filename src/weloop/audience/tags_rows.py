"""SQL of tags: many marks by one statement."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.audience.tags_models import Tag
from weloop.kit.db import columns, run, to_json

CARRIES = "id IN (SELECT person_id FROM person_tag WHERE tag_id = {})"
"""A condition on rows of ``person``."""


async def list_tags(session: AsyncSession, ids: Collection[int] | None = None) -> Sequence[Tag]:
    """All but those that are gone, by account, group and name; or these, whatever became of them."""
    wanted = select(Tag).order_by(Tag.account_id.nulls_first(), Tag.group_name, Tag.id)
    wanted = wanted.where(Tag.state != "gone") if ids is None else wanted.where(Tag.id.in_(sorted(ids)))
    return (await session.scalars(wanted)).all()


async def lock_tag(session: AsyncSession, tag_id: int) -> Tag | None:
    """One, to be changed."""
    return await session.get(Tag, tag_id, with_for_update=True)


async def find_twin(session: AsyncSession, row: Tag, platform_id: str) -> Tag | None:
    """Another tag of the same account that bears this id of the platform."""
    wanted = select(Tag).where(Tag.account_id == row.account_id, Tag.platform_id == platform_id, Tag.id != row.id)
    return (await session.scalars(wanted)).first()


async def lock_account_tags(session: AsyncSession, account_id: int) -> Sequence[Tag]:
    """All of an account, to be compared with what it tells."""
    wanted = select(Tag).where(Tag.account_id == account_id).order_by(Tag.id).with_for_update()
    return (await session.scalars(wanted)).all()


async def count_carriers(connection: AsyncConnection) -> dict[int, tuple[int, int, int]]:
    """By tag: how many persons carry it, how many marks are under way, and how many of these failed."""
    rows = await run(
        connection,
        """
        SELECT tag_id, sum(persons)::int AS persons, sum(waiting)::int AS waiting, sum(failed)::int AS failed FROM (
            SELECT tag_id, count(*) AS persons, 0 AS waiting, 0 AS failed FROM person_tag GROUP BY tag_id
            UNION ALL
            SELECT tag_id, 0, count(*) FILTER (WHERE failure IS NULL), count(*) FILTER (WHERE failure IS NOT NULL)
            FROM tag_mark WHERE pending IS NOT NULL GROUP BY tag_id
        ) AS parts GROUP BY tag_id
        """,
    )
    return {row.tag_id: (row.persons, row.waiting, row.failed) for row in rows}


Mark = tuple[int, int, str]
"""Tag, identity and member."""


async def put_marks(connection: AsyncConnection, marks: Mapping[Mark, tuple[bool, datetime]]) -> None:
    """Say of marks whether they are on, and since when that is known; what was said later stays."""
    await run(
        connection,
        """
        INSERT INTO tag_mark AS m (tag_id, identity_id, staff, is_on, at)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::boolean[], $5::timestamptz[])
        ORDER BY 1, 2, 3
        ON CONFLICT (tag_id, identity_id, staff) DO UPDATE SET is_on = excluded.is_on, at = excluded.at,
            wanted = nullif(m.wanted, excluded.is_on),
            pending = CASE WHEN m.wanted IS DISTINCT FROM excluded.is_on THEN m.pending END,
            failure = CASE WHEN m.wanted IS DISTINCT FROM excluded.is_on THEN m.failure END
        WHERE excluded.at >= m.at
        """,
        *columns([(*mark, *said) for mark, said in marks.items()], 5),
    )


async def want_marks(connection: AsyncConnection, rows: Sequence[tuple[int, int, str, str]], on: bool) -> None:
    """Note which command (the last of a row) puts these marks (tag, identity, staff) on, or takes them off."""
    await run(
        connection,
        """
        INSERT INTO tag_mark (tag_id, identity_id, staff, is_on, at, wanted, pending)
        SELECT r.tag_id, r.identity_id, r.staff, false, '-infinity'::timestamptz, $5, r.pending
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS r (tag_id, identity_id, staff, pending)
        ORDER BY 1, 2, 3
        ON CONFLICT (tag_id, identity_id, staff) DO UPDATE
            SET wanted = excluded.wanted, pending = excluded.pending, failure = NULL
        """,
        *columns(sorted(rows), 4),
        on,
    )


async def load_marks(
    connection: AsyncConnection, identities: Collection[int], tags: Collection[int] | None = None
) -> Sequence[Row[Any]]:
    """Marks of identities that are on or under way: (tag_id, identity_id, staff, is_on, at, wanted, failure)."""
    return await run(
        connection,
        """
        SELECT tag_id, identity_id, staff, is_on, at, wanted, failure FROM tag_mark
        WHERE identity_id = ANY ($1::bigint[]) AND ($2::bigint[] IS NULL OR tag_id = ANY ($2))
        AND (is_on OR wanted IS NOT NULL)
        ORDER BY tag_id, identity_id, staff
        """,
        sorted(identities),
        sorted(tags) if tags is not None else None,
    )


async def settle_marks(
    connection: AsyncConnection, commands: Collection[str], refused: Collection[int], at: datetime
) -> set[int]:
    """These commands did what was wanted, but for identities the platform refused; whose marks they were."""
    rows = await run(
        connection,
        """
        UPDATE tag_mark SET is_on = wanted, at = greatest(at, $3), wanted = NULL, pending = NULL, failure = NULL
        WHERE pending = ANY ($1::text[]) AND wanted IS NOT NULL AND identity_id <> ALL ($2::bigint[])
        RETURNING identity_id
        """,
        sorted(commands),
        sorted(refused),
        at,
    )
    return {row.identity_id for row in rows}


async def fail_marks(
    connection: AsyncConnection, failures: Mapping[str, Mapping[str, Any]], only: Collection[int] | None = None
) -> None:
    """Note why commands {key: failure} did not do it; ``only``: of these identities."""
    await run(
        connection,
        """
        UPDATE tag_mark AS m SET failure = f.failure::jsonb
        FROM unnest($1::text[], $2::text[]) AS f (pending, failure)
        WHERE m.pending = f.pending AND ($3::bigint[] IS NULL OR m.identity_id = ANY ($3))
        """,
        list(failures),
        [to_json(failure) for failure in failures.values()],
        sorted(only) if only is not None else None,
    )


async def part_marks(connection: AsyncConnection, rows: Sequence[tuple[int, str]], at: datetime) -> set[int]:
    """Friendships (identity, staff) ended: their marks went with them; whose identities had any."""
    gone = await run(
        connection,
        """
        UPDATE tag_mark AS m SET is_on = false, at = $3, wanted = NULL, pending = NULL, failure = NULL
        FROM unnest($1::bigint[], $2::text[]) AS e (identity_id, staff), tag AS t
        WHERE m.identity_id = e.identity_id AND m.staff = e.staff
        AND t.id = m.tag_id AND t.account_id IS NOT NULL
        RETURNING m.identity_id
        """,
        *columns(rows, 2),
        at,
    )
    return {row.identity_id for row in gone}


async def drop_tags(connection: AsyncConnection, tags: Collection[int]) -> None:
    """The platform has these tags no more: nobody carries them."""
    await run(connection, "DELETE FROM tag_mark WHERE tag_id = ANY ($1::bigint[])", sorted(tags))
    await run(connection, "DELETE FROM person_tag WHERE tag_id = ANY ($1::bigint[])", sorted(tags))


_FOLD = """
WITH carried AS (
    SELECT m.tag_id, i.person_id, min(m.at) AS since
    FROM unnest($1::bigint[], $2::bigint[]) AS i (identity_id, person_id)
    JOIN tag_mark AS m ON m.identity_id = i.identity_id AND m.is_on GROUP BY m.tag_id, i.person_id
),
gone AS (
    DELETE FROM person_tag AS p WHERE p.person_id = ANY ($3::bigint[]) AND NOT EXISTS (
        SELECT 1 FROM carried AS c WHERE c.tag_id = p.tag_id AND c.person_id = p.person_id)
    RETURNING p.tag_id, p.person_id
),
come AS (
    INSERT INTO person_tag (tag_id, person_id, since) SELECT * FROM carried ON CONFLICT DO NOTHING
    RETURNING tag_id, person_id
)
SELECT tag_id, person_id, false AS carries FROM gone UNION ALL SELECT tag_id, person_id, true FROM come
ORDER BY person_id, tag_id
"""


async def fold_persons(
    connection: AsyncConnection, person_of: Mapping[int, int], persons: Collection[int]
) -> Sequence[Row[Any]]:
    """Fold these persons anew, whose identities are ``person_of``; what changed: (tag_id, person_id, carries)."""
    return await run(connection, _FOLD, list(person_of), list(person_of.values()), sorted(persons))


async def forget_marks(connection: AsyncConnection, identities: Collection[int]) -> None:
    """Delete all marks of these identities."""
    await run(connection, "DELETE FROM tag_mark WHERE identity_id = ANY ($1::bigint[])", sorted(identities))


async def load_carried(connection: AsyncConnection, persons: Collection[int]) -> Sequence[Row[Any]]:
    """What these persons carry: (person_id, tag_id, since)."""
    return await run(
        connection,
        "SELECT person_id, tag_id, since FROM person_tag WHERE person_id = ANY ($1::bigint[]) ORDER BY tag_id",
        sorted(persons),
    )
