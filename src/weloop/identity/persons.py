"""The persons of the list, folded from identities and relations by one statement for many."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import run

# The newest name of a platform that knows names goes first; ties are broken by the id, so that replay agrees.
_REFRESH = """
WITH identities AS (
    SELECT person_id AS id,
        (array_agg(coalesce(name, remark) ORDER BY kind = 'email', kind, told_at DESC NULLS LAST, id)
            FILTER (WHERE coalesce(name, remark) IS NOT NULL))[1] AS name,
        (array_agg(avatar_url ORDER BY kind, told_at DESC NULLS LAST, id)
            FILTER (WHERE avatar_url IS NOT NULL))[1] AS avatar_url,
        (array_agg(company ORDER BY kind, told_at DESC NULLS LAST, id)
            FILTER (WHERE company IS NOT NULL))[1] AS company,
        concat_ws(' ', string_agg(DISTINCT name, ' '), string_agg(DISTINCT remark, ' '),
            string_agg(DISTINCT company, ' '),
            string_agg(DISTINCT value, ' ') FILTER (WHERE kind = 'phone')) AS search,
        array_agg(DISTINCT kind ORDER BY kind) AS kinds,
        min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at,
        bool_or(kind = 'unionid') AS resolved
    FROM identity WHERE person_id = ANY ($1) GROUP BY person_id
),
relations AS (
    SELECT i.person_id AS id,
        coalesce(array_agg(DISTINCT r.staff ORDER BY r.staff) FILTER (
            WHERE r.staff <> '' AND r.added_at IS NOT NULL
            AND (r.ended_at IS NULL OR (r.added_at, r.added_event) > (r.ended_at, r.ended_event))), '{}') AS staff,
        (array_agg(r.state ORDER BY r.state_at, r.state_event) FILTER (WHERE r.state IS NOT NULL))[1] AS state_code
    FROM relation AS r JOIN identity AS i ON i.id = r.identity_id
    WHERE i.person_id = ANY ($1) GROUP BY i.person_id
),
gone AS (DELETE FROM person WHERE id = ANY ($1) AND id NOT IN (SELECT id FROM identities))
INSERT INTO person (id, name, avatar_url, company, search, kinds, staff, state_code, first_seen_at, last_seen_at,
                    resolved, conflict)
SELECT i.id, i.name, i.avatar_url, i.company, i.search, i.kinds, coalesce(r.staff, '{}'), r.state_code,
       i.first_seen_at, i.last_seen_at, i.resolved, i.id = ANY ($2)
FROM identities AS i LEFT JOIN relations AS r USING (id) ORDER BY i.id
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, avatar_url = excluded.avatar_url, company = excluded.company, search = excluded.search,
    kinds = excluded.kinds, staff = excluded.staff, state_code = excluded.state_code,
    first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at, resolved = excluded.resolved,
    conflict = CASE WHEN person.id = ANY ($3) THEN excluded.conflict ELSE person.conflict END
"""


async def refresh_persons(
    connection: AsyncConnection, persons: Collection[int], *, judged: Collection[int], conflicts: Collection[int]
) -> None:
    """Fold these persons anew; those left without an identity go away.

    ``judged`` are the persons whose links were looked at, ``conflicts`` those of them with ignored weak links.
    """
    # Two workers may hold different identities of one person. The second to come waits here, and what it then folds
    # holds what the first has written; in one statement it would fold what it saw before it waited.
    await run(connection, "SELECT 1 FROM person WHERE id = ANY ($1) ORDER BY id FOR UPDATE", sorted(persons))
    await run(connection, _REFRESH, sorted(persons), sorted(conflicts), sorted(judged))
