"""All SQL of identities, facts and relations; in batches, sorted by key so that parallel batches cannot deadlock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.identity.relations import Change, Key
from weloop.kit.db import columns, run

LINKS_LOCK = 0x6C696E6B73
"""Advisory lock of whoever adds facts: two batches that extend one component see each other's facts."""


async def lock_links(connection: AsyncConnection) -> None:
    """Let one transaction at a time add facts. Take it before any identity row is written."""
    await run(connection, "SELECT pg_advisory_xact_lock($1)", LINKS_LOCK)


_SEE = """
INSERT INTO identity AS i (id, digest, kind, scope, value, person_id, account_id, first_seen_at, last_seen_at)
SELECT id, digest, kind, scope, value, id, account_id, first_at, last_at
FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[],
            $8::timestamptz[]) AS u (id, digest, kind, scope, value, account_id, first_at, last_at)
ON CONFLICT (id) DO UPDATE SET
    account_id = coalesce(i.account_id, excluded.account_id),
    first_seen_at = least(i.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(i.last_seen_at, excluded.last_seen_at)
RETURNING id, digest, person_id, fetched_at, (xmax = 0) AS is_new
"""


async def see_identities(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> Sequence[Row[Any]]:
    """Insert or touch identities (id, digest, kind, scope, value, account_id, first_at, last_at); ids distinct."""
    return await run(connection, _SEE, *columns(sorted(rows), 8))


# A profile replaces the older one whole: field by field, the answer would depend on the order of arrival.
_PROFILES = """
UPDATE identity AS i SET
    name = u.name, avatar_url = u.avatar_url, gender = u.gender, company = u.company, remark = u.remark,
    told_at = u.at, told_event = u.event
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::bigint[])
    AS u (id, name, avatar_url, gender, company, remark, at, event)
WHERE i.id = u.id AND (i.told_at IS NULL OR (u.at, u.event) > (i.told_at, i.told_event))
"""
_FETCHES = """
UPDATE identity AS i SET found = u.found, fetched_at = u.at, fetched_event = u.event
FROM unnest($1::bigint[], $2::boolean[], $3::timestamptz[], $4::bigint[]) AS u (id, found, at, event)
WHERE i.id = u.id AND (i.fetched_at IS NULL OR (u.at, u.event) > (i.fetched_at, i.fetched_event))
"""


async def write_profiles(connection: AsyncConnection, rows: Sequence[Sequence[object]]) -> None:
    """Keep the latest profile: (id, name, avatar_url, gender, company, remark, at, event_id), ids distinct."""
    await run(connection, _PROFILES, *columns(rows, 8))


async def write_fetches(connection: AsyncConnection, rows: Sequence[Sequence[object]]) -> None:
    """Keep whether the platform knew them when it was last asked: (id, found, at, event_id), ids distinct."""
    await run(connection, _FETCHES, *columns(rows, 4))


_RELATIONS = """
INSERT INTO relation AS r
    (account_id, identity_id, staff, added_at, added_event, ended_at, ended_event, ended_by, state, state_at,
     state_event)
SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::timestamptz[], $5::bigint[], $6::timestamptz[],
                     $7::bigint[], $8::text[], $9::text[], $10::timestamptz[], $11::bigint[])
ON CONFLICT (account_id, identity_id, staff) DO UPDATE SET
    (added_at, added_event) = (
        SELECT a, e FROM (VALUES (r.added_at, r.added_event), (excluded.added_at, excluded.added_event)) AS v (a, e)
        WHERE a IS NOT NULL ORDER BY a DESC, e DESC LIMIT 1),
    (ended_at, ended_event, ended_by) = (
        SELECT a, e, b FROM (VALUES (r.ended_at, r.ended_event, r.ended_by),
                                    (excluded.ended_at, excluded.ended_event, excluded.ended_by)) AS v (a, e, b)
        WHERE a IS NOT NULL ORDER BY a DESC, e DESC LIMIT 1),
    (state, state_at, state_event) = (
        SELECT s, a, e FROM (VALUES (r.state, r.state_at, r.state_event),
                                    (excluded.state, excluded.state_at, excluded.state_event)) AS v (s, a, e)
        WHERE a IS NOT NULL ORDER BY a, e LIMIT 1)
"""


async def write_relations(connection: AsyncConnection, changes: Mapping[Key, Change]) -> None:
    """Merge changes into the relations."""
    rows = [
        (
            *key,
            *(change.added or (None, None)),
            *_flat(change.ended),
            *_flat(change.state)[2:],
            *_flat(change.state)[:2],
        )
        for key, change in sorted(changes.items())
    ]
    await run(connection, _RELATIONS, *columns(rows, 11))


def _flat(value: tuple[tuple[Any, int], str] | None) -> tuple[Any, Any, Any]:
    return (None, None, None) if value is None else (*value[0], value[1])


async def add_links(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> set[int]:
    """Insert links (key, a, b, strength, at, event_id), keys distinct; answers the identities of those that are new.

    A known link keeps the earliest event that said it: which one arrives first is chance.
    """
    found = await run(
        connection,
        """
        INSERT INTO identity_fact AS f (key, a, b, strength, at, event_id)
        SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], $6::bigint[])
        ON CONFLICT (key) DO UPDATE SET at = excluded.at, event_id = excluded.event_id
            WHERE (excluded.at, excluded.event_id) < (f.at, f.event_id)
        RETURNING a, b, (xmax = 0) AS is_new
        """,
        *columns(sorted(rows), 6),
    )
    return {identity for row in found if row.is_new for identity in (row.a, row.b)}


async def add_undo(connection: AsyncConnection, key: bytes, target: bytes, at: object, user_id: int) -> None:
    """Insert an undo of another fact."""
    await run(
        connection,
        "INSERT INTO identity_fact (key, target, at, user_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        key,
        target,
        at,
        user_id,
    )


async def add_undos(connection: AsyncConnection, undos: Iterable[tuple[bytes, bytes]], at: object) -> None:
    """Insert undos (key, target) that no user asked for one by one."""
    await run(
        connection,
        """
        INSERT INTO identity_fact (key, target, at) SELECT key, target, $3 FROM unnest($1::bytea[], $2::bytea[])
            AS u (key, target) ON CONFLICT DO NOTHING
        """,
        *columns(sorted(undos), 2),
        at,
    )


_NEAR = """
WITH RECURSIVE near (id) AS (
    SELECT unnest($1::bigint[])
    UNION
    SELECT CASE WHEN f.a = n.id THEN f.b ELSE f.a END
    FROM near AS n JOIN identity_fact AS f ON f.a = n.id OR f.b = n.id
)
SELECT i.id, i.kind, i.scope, i.person_id FROM near JOIN identity AS i USING (id)
"""


async def load_near(connection: AsyncConnection, identities: Collection[int]) -> Sequence[Row[Any]]:
    """All identities that any link, standing or not, connects with these: (id, kind, scope, person_id)."""
    return await run(connection, _NEAR, sorted(identities))


_FACTS = """
WITH RECURSIVE link AS (
    SELECT key, a, b, strength, at, event_id FROM identity_fact WHERE a = ANY ($1) OR b = ANY ($1)
),
undo (key, target) AS (
    SELECT f.key, f.target FROM identity_fact AS f JOIN link ON f.target = link.key
    UNION
    SELECT f.key, f.target FROM identity_fact AS f JOIN undo ON f.target = undo.key
)
SELECT key, a, b, strength, NULL::bytea AS target, at FROM link
UNION ALL
SELECT f.key, NULL, NULL, NULL, f.target, f.at FROM undo JOIN identity_fact AS f USING (key)
"""


async def load_facts(connection: AsyncConnection, identities: Collection[int]) -> Sequence[Row[Any]]:
    """Links of these identities and all undos that bear on them: (key, a, b, strength, target, at)."""
    return await run(connection, _FACTS, sorted(identities))


async def assign_persons(connection: AsyncConnection, person_of: Mapping[int, int]) -> None:
    """Say to which person each identity belongs."""
    rows = sorted(person_of.items())
    # Locked in the order in which others touch them, whatever order the update would choose.
    await run(connection, "SELECT 1 FROM identity WHERE id = ANY ($1) ORDER BY id FOR UPDATE", [row[0] for row in rows])
    await run(
        connection,
        """
        UPDATE identity AS i SET person_id = u.person_id
        FROM unnest($1::bigint[], $2::bigint[]) AS u (id, person_id)
        WHERE i.id = u.id AND i.person_id <> u.person_id
        """,
        *columns(rows, 2),
    )


async def persons_of(connection: AsyncConnection, identities: Collection[int]) -> set[int]:
    """The persons of these identities."""
    rows = await run(
        connection, "SELECT DISTINCT person_id FROM identity WHERE id = ANY ($1::bigint[])", sorted(identities)
    )
    return {row.person_id for row in rows}
