"""Who is a friend of whom now, for modules that give work to members."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

_LASTS = """
r.added_at IS NOT NULL
AND (r.ended_at IS NULL OR (r.added_at, r.added_event) > (r.ended_at, r.ended_event))
"""
_HOLDS = f"r.staff <> '' AND {_LASTS}"


async def count_friends(unit: UnitOfWork, since: datetime) -> dict[tuple[int, str], tuple[int, int]]:
    """By (account, userid): how many customers a member has now, and how many of them came since a moment."""
    rows = await run(
        unit.connection,
        f"""
        SELECT r.account_id, r.staff, count(*)::int AS friends, (count(*) FILTER (WHERE r.added_at >= $1))::int AS added
        FROM relation AS r WHERE {_HOLDS} GROUP BY r.account_id, r.staff
        """,  # noqa: S608 -- constants
        since,
    )
    return {(row.account_id, row.staff): (row.friends, row.added) for row in rows}


async def count_new_friends(unit: UnitOfWork, since: datetime, until: datetime) -> int:
    """How many persons made a member their friend in [since, until), whether they stayed or not."""
    rows = await run(
        unit.connection,
        """
        SELECT count(DISTINCT i.person_id)::int AS n FROM relation AS r JOIN identity AS i ON i.id = r.identity_id
        WHERE r.staff <> '' AND r.added_at >= $1 AND r.added_at < $2
        """,
        since,
        until,
    )
    found: int = rows[0].n
    return found


async def find_friends(unit: UnitOfWork, persons: Collection[int]) -> dict[tuple[int, int], list[str]]:
    """By (account, person): members who have one of their identities as a friend now, who came last first."""
    rows = await run(
        unit.connection,
        f"""
        SELECT r.account_id, i.person_id, r.staff, max(r.added_at) AS at
        FROM identity AS i JOIN relation AS r ON r.identity_id = i.id
        WHERE i.person_id = ANY ($1::bigint[]) AND {_HOLDS}
        GROUP BY r.account_id, i.person_id, r.staff ORDER BY at DESC, r.staff
        """,  # noqa: S608 -- constants
        sorted(persons),
    )
    found: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        found.setdefault((row.account_id, row.person_id), []).append(row.staff)
    return found


@dataclass(frozen=True, slots=True)
class Friendship:
    """An identity as one account knows it now: the platform's own name of it, and the member (a follower's is "")."""

    person_id: int
    identity_id: int
    value: str
    staff: str


async def find_friendships(unit: UnitOfWork, persons: Collection[int], account_id: int) -> list[Friendship]:
    """How these persons stand with an account now: customers of its members, or its followers."""
    rows = await run(
        unit.connection,
        f"""
        SELECT i.person_id, i.id, i.value, r.staff
        FROM identity AS i JOIN relation AS r ON r.identity_id = i.id
        WHERE i.person_id = ANY ($1::bigint[]) AND r.account_id = $2 AND {_LASTS}
        ORDER BY i.person_id, i.id, r.staff
        """,  # noqa: S608 -- constants
        sorted(persons),
        account_id,
    )
    return [Friendship(*tuple(row)) for row in rows]


async def find_reach(
    unit: UnitOfWork, scope: str, persons: Collection[int], *, followers: bool
) -> dict[int, Friendship]:
    """By person, through the corp or the official account with this app id: the friendship, or the follow, that began
    last and holds now. Persons without any are left out."""
    rows = await run(
        unit.connection,
        f"""
        SELECT DISTINCT ON (i.person_id) i.person_id, i.id, i.value, r.staff
        FROM identity AS i JOIN relation AS r ON r.identity_id = i.id
        WHERE i.person_id = ANY ($1::bigint[]) AND i.scope = $2 AND i.kind = $3 AND {_LASTS}
        ORDER BY i.person_id, r.added_at DESC, r.staff, i.id
        """,  # noqa: S608 -- constants
        list(persons),
        scope,
        "follower" if followers else "external_contact",
    )
    return {row.person_id: Friendship(*tuple(row)) for row in rows}


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """Persons who follow an account or are customers of it now; ``asked``: the platform told of them when it was asked;
    ``joined``: of these a unionid is known.
    """

    people: int
    asked: int
    joined: int


async def count_people(unit: UnitOfWork) -> dict[int, PeopleCount]:
    """By account."""
    rows = await run(
        unit.connection,
        f"""
        SELECT account_id, count(*)::int AS people, (count(*) FILTER (WHERE asked))::int AS asked,
            (count(*) FILTER (WHERE asked AND resolved))::int AS joined
        FROM (
            SELECT r.account_id, p.id, p.resolved, bool_or(i.fetched_at IS NOT NULL) AS asked
            FROM relation AS r JOIN identity AS i ON i.id = r.identity_id JOIN person AS p ON p.id = i.person_id
            WHERE {_LASTS} GROUP BY r.account_id, p.id, p.resolved
        ) AS known
        GROUP BY account_id
        """,  # noqa: S608 -- constants
    )
    return {row.account_id: PeopleCount(row.people, row.asked, row.joined) for row in rows}


async def find_related(unit: UnitOfWork, identities: Collection[int]) -> Sequence[Row[Any]]:
    """Accounts that these identities follow or have friends at, now or once: (identity_id, person_id, account_id)."""
    return await run(
        unit.connection,
        """
        SELECT DISTINCT r.identity_id, i.person_id, r.account_id
        FROM relation AS r JOIN identity AS i ON i.id = r.identity_id WHERE r.identity_id = ANY ($1::bigint[])
        """,
        sorted(identities),
    )


async def find_siblings(unit: UnitOfWork, identities: Collection[int]) -> Sequence[Row[Any]]:
    """All identities of the persons of these: (asked, id, person_id, related); unknown ones are left out.

    ``related``: it follows an account or is somebody's friend now.
    """
    return await run(
        unit.connection,
        f"""
        SELECT s.id AS asked, i.id, i.person_id,
            EXISTS (SELECT FROM relation AS r WHERE r.identity_id = i.id AND {_LASTS}) AS related
        FROM identity AS s JOIN identity AS i USING (person_id) WHERE s.id = ANY ($1::bigint[])
        """,  # noqa: S608 -- constants
        sorted(identities),
    )
