"""The face of identities."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from weloop.contracts.errors import NotFound
from weloop.identity.faces import (
    Face,
    Portrait,
    find_addresses,
    find_contact,
    find_faces,
    find_portraits,
    find_refs,
)
from weloop.identity.foresight import Foreseen, foresee
from weloop.identity.forgetting import Traces, find_traces, forget
from weloop.identity.friends import (
    Friendship,
    PeopleCount,
    count_friends,
    count_new_friends,
    count_people,
    find_friends,
    find_friendships,
    find_reach,
    find_related,
    find_siblings,
)
from weloop.identity.names import PersonName, find_matching, find_names
from weloop.identity.reading import PersonFilter
from weloop.identity.reading import scan_persons as _scan
from weloop.identity.service import OUR_DOING, announce, record
from weloop.kit.clock import midnight
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

__all__ = [
    "OUR_DOING",
    "Face",
    "Foreseen",
    "Friendship",
    "PeopleCount",
    "PersonFilter",
    "PersonName",
    "Portrait",
    "Traces",
    "announce",
    "choose_identities",
    "count_arrivals",
    "count_friends",
    "count_friends_by_code",
    "count_joined",
    "count_new_friends",
    "count_people",
    "draw_persons",
    "find_accounts",
    "find_addresses",
    "find_contact",
    "find_faces",
    "find_friends",
    "find_friendships",
    "find_identities",
    "find_matching",
    "find_names",
    "find_persons",
    "find_portraits",
    "find_reach",
    "find_refs",
    "find_related",
    "find_siblings",
    "find_traces",
    "foresee",
    "forget",
    "has_persons",
    "list_employed",
    "lock_persons",
    "need_person",
    "record",
    "scan_persons",
]


async def find_persons(unit: UnitOfWork, identities: Collection[int]) -> dict[int, int]:
    """The person of each identity; unknown ones are left out.

    A person has the number of one of its identities, so this also answers who persons are now whose numbers were
    written down before they turned out to be somebody else, too: whoever is given numbers of persons asks here first.
    """
    rows = await run(
        unit.connection, "SELECT id, person_id FROM identity WHERE id = ANY ($1::bigint[])", sorted(identities)
    )
    return {row.id: row.person_id for row in rows}


async def scan_persons(unit: UnitOfWork, wanted: PersonFilter, after: int | None, limit: int) -> list[int]:
    """The next persons of a filter in the order of their ids, for whoever goes through all of them."""
    return await _scan(unit.connection, wanted, after, limit)


async def find_identities(unit: UnitOfWork, persons: Collection[int]) -> dict[int, int]:
    """All identities of these persons, each with its person."""
    rows = await run(
        unit.connection, "SELECT id, person_id FROM identity WHERE person_id = ANY ($1::bigint[])", sorted(persons)
    )
    return {row.id: row.person_id for row in rows}


async def need_person(unit: UnitOfWork, number: int) -> int:
    """Who the person, or the identity, of this number is now; NotFound."""
    person = (await find_persons(unit, [number])).get(number)
    if person is None:
        raise NotFound("there is no such person", code="person_not_found")
    return person


async def choose_identities(unit: UnitOfWork, numbers: Collection[int]) -> dict[int, int]:
    """By who the persons, or identities, of these numbers are now the first identity of each."""
    persons = set((await find_persons(unit, numbers)).values())
    chosen: dict[int, int] = {}
    for identity, person in sorted((await find_identities(unit, persons)).items()):
        chosen.setdefault(person, identity)
    return chosen


async def lock_persons(unit: UnitOfWork, persons: Collection[int]) -> None:
    """Hold these persons: whoever folds something per person from their identities sees what others have written."""
    await run(
        unit.connection, "SELECT 1 FROM person WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE", sorted(persons)
    )


async def find_accounts(unit: UnitOfWork, identities: Collection[int]) -> dict[int, int]:
    """The account that knows each identity; those that none knows are left out."""
    rows = await run(
        unit.connection,
        "SELECT id, account_id FROM identity WHERE id = ANY ($1::bigint[]) AND account_id IS NOT NULL",
        sorted(identities),
    )
    return {row.id: row.account_id for row in rows}


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


async def draw_persons(unit: UnitOfWork, kinds: Collection[str], limit: int) -> list[int]:
    """Persons by chance who have an identity of one of these kinds; of any without kinds. Their ids are hashes: those
    behind a random one are as good as drawn one by one.
    """
    rows = await run(
        unit.connection,
        """
        WITH start AS MATERIALIZED (SELECT hashtextextended(random()::text, 0) AS id)
        (SELECT id FROM person WHERE id >= (SELECT id FROM start) AND ($1::text[] = '{}' OR kinds && $1)
            ORDER BY id LIMIT $2)
        UNION ALL
        (SELECT id FROM person WHERE id < (SELECT id FROM start) AND ($1::text[] = '{}' OR kinds && $1)
            ORDER BY id LIMIT $2)
        LIMIT $2
        """,
        sorted(kinds),
        limit,
    )
    return [row.id for row in rows]


async def count_arrivals(unit: UnitOfWork, states: Collection[str]) -> dict[str, int]:
    """By state code how many persons came by it first; each person counts once, whether they stayed or not."""
    rows = await run(
        unit.connection,
        """
        SELECT state_code, count(*)::int AS n FROM person WHERE state_code = ANY ($1::text[]) GROUP BY state_code
        """,
        sorted(states),
    )
    return {row.state_code: row.n for row in rows}


async def count_joined(unit: UnitOfWork, account_id: int) -> tuple[int, int]:
    """How many people of an account the platform was asked about, and how many of them a unionid joins."""
    rows = await run(
        unit.connection,
        """
        SELECT count(*)::int AS known, count(*) FILTER (WHERE resolved)::int AS joined
        FROM (
            SELECT DISTINCT p.id, p.resolved
            FROM relation AS r
            JOIN identity AS i ON i.id = r.identity_id AND i.fetched_at IS NOT NULL
            JOIN person AS p ON p.id = i.person_id
            WHERE r.account_id = $1
        ) AS known
        """,
        account_id,
    )
    return rows[0].known, rows[0].joined


async def list_employed(unit: UnitOfWork, after: int | None, limit: int) -> list[int]:
    """Persons of whom a company is told, by id, after one of them."""
    rows = await run(
        unit.connection,
        "SELECT id FROM person WHERE company IS NOT NULL AND ($1::bigint IS NULL OR id > $1) ORDER BY id LIMIT $2",
        after,
        limit,
    )
    return [row.id for row in rows]


async def has_persons(unit: UnitOfWork) -> bool:
    """Whether anybody is known yet."""
    return bool(await run(unit.connection, "SELECT 1 FROM person LIMIT 1"))


async def count_friends_by_code(
    unit: UnitOfWork, places: Mapping[str, int], first: date | None = None, last: date | None = None
) -> Mapping[tuple[int, date], int]:
    """By (place, Beijing day) how many persons became friends of a member through the codes {state code: place}.

    Each person counts once for a place, on the first day; None: no bound.
    """
    rows = await run(
        unit.connection,
        """
        WITH hit AS (
            SELECT c.place, i.person_id, min(r.state_at) AS at
            FROM unnest($1::text[], $2::bigint[]) AS c (state, place)
            JOIN relation AS r ON r.state = c.state AND r.staff <> '' AND ($4::timestamptz IS NULL OR r.state_at < $4)
            JOIN identity AS i ON i.id = r.identity_id
            GROUP BY c.place, i.person_id
        )
        SELECT place, ((at AT TIME ZONE 'UTC') + interval '8 hours')::date AS day, count(*)::int AS n
        FROM hit WHERE $3::timestamptz IS NULL OR at >= $3 GROUP BY place, day
        """,
        list(places),
        list(places.values()),
        midnight(first) if first else None,
        midnight(last + timedelta(days=1)) if last else None,
    )
    return {(row.place, row.day): row.n for row in rows}
