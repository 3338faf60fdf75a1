"""All SQL of the access module."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncSession

from weloop.access.models import LoginFailure, OneTimeLink, Session, StaffSession, User
from weloop.kit.clock import midnight
from weloop.kit.db import run
from weloop.kit.http import like_operator, like_pattern
from weloop.kit.pagination import PageRequest

USER = "user:"
"""What objects of the audit log begin with that are users."""


async def find_user_names(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """Names by id."""
    return {row[0]: row[1] for row in await session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


async def find_user(session: AsyncSession, login: str) -> User | None:
    """A user who may sign in, by login in lower case."""
    return await session.scalar(select(User).where(User.login == login, User.disabled_at.is_(None)))


async def find_login(session: AsyncSession, login: str) -> int | None:
    """The id of whoever has this login, disabled or not."""
    return await session.scalar(select(User.id).where(User.login == login))


async def get_user(session: AsyncSession, user_id: int) -> User | None:
    """A user who may sign in, by id."""
    return await session.scalar(select(User).where(User.id == user_id, User.disabled_at.is_(None)))


async def find_session(session: AsyncSession, id_hash: bytes, now: datetime) -> tuple[Session, User] | None:
    """A live session with its user."""
    query = (
        select(Session, User)
        .join(User, User.id == Session.user_id)
        .where(Session.id_hash == id_hash, Session.expires_at > now, User.disabled_at.is_(None))
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def find_staff_session(session: AsyncSession, id_hash: bytes, now: datetime) -> StaffSession | None:
    """A live session of a member of staff."""
    query = select(StaffSession).where(StaffSession.id_hash == id_hash, StaffSession.expires_at > now)
    return await session.scalar(query)


async def delete_session(session: AsyncSession, id_hash: bytes) -> None:
    """End one session."""
    await session.execute(delete(Session).where(Session.id_hash == id_hash))


async def delete_other_sessions(session: AsyncSession, user_id: int, keep: bytes) -> None:
    """End a user's other sessions."""
    await session.execute(delete(Session).where(Session.user_id == user_id, Session.id_hash != keep))


async def delete_stale(session: AsyncSession, now: datetime, failures_before: datetime) -> None:
    """Forget sessions and links that ended and failures that count no more."""
    await session.execute(delete(Session).where(Session.expires_at <= now))
    await session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))
    await session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at <= now))
    await session.execute(delete(LoginFailure).where(LoginFailure.at <= failures_before))


async def lock_tries(session: AsyncSession, login: str, address: str) -> None:
    """Let tries for one login or from one address pass one by one until the transaction ends."""
    for key in sorted((f"login:{login}", f"address:{address}")):
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def list_failures(
    session: AsyncSession, login: str, address: str, since: datetime
) -> tuple[list[datetime], list[datetime]]:
    """Moments of failures for this login, and from this address."""
    query = select(LoginFailure).where(
        LoginFailure.at > since, or_(LoginFailure.login == login, LoginFailure.address == address)
    )
    rows = (await session.scalars(query)).all()
    by_login = [row.at for row in rows if row.login == login]
    return by_login, [row.at for row in rows if row.address == address]


async def delete_failures(session: AsyncSession, login: str, address: str) -> None:
    """Forget what one client got wrong for one login: it has now signed in."""
    await session.execute(delete(LoginFailure).where(LoginFailure.login == login, LoginFailure.address == address))


async def use_link(session: AsyncSession, token_hash: bytes, now: datetime) -> int | None:
    """Use a one-time link up; the id of its user, or None when it is unknown, used or over."""
    query = (
        update(OneTimeLink)
        .where(OneTimeLink.hash == token_hash, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
        .values(used_at=now)
        .returning(OneTimeLink.user_id)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def name_objects(session: AsyncSession, objects: Collection[str]) -> dict[str, str]:
    """Names of objects of the audit log: of users as they are, of others as the newest entry calls them.

    Who has no name in it, such as persons, is left out.
    """
    told = await run(
        await session.connection(),
        """
        SELECT u.object, newest.name FROM unnest($1::text[]) AS u (object) CROSS JOIN LATERAL (
            SELECT e.detail ->> 'name' AS name FROM audit_entry AS e
            WHERE e.object = u.object AND e.detail ->> 'name' IS NOT NULL ORDER BY e.at DESC, e.id DESC LIMIT 1
        ) AS newest
        """,
        sorted(each for each in objects if ":" in each and not each.startswith(USER)),
    )
    users = await find_user_names(session, [int(each[len(USER) :]) for each in objects if each.startswith(USER)])
    return {row.object: row.name for row in told} | {f"{USER}{number}": name for number, name in users.items()}


_KIND = "split_part(e.object, ':', 1)"
_USER_ID = "coalesce(e.user_id, 0)"
# Every value of a column by one look into its index each, however long the log is.
_VALUES = """
WITH RECURSIVE found (value) AS (
    (SELECT {0} FROM audit_entry AS e ORDER BY 1 LIMIT 1)
    UNION ALL
    SELECT (SELECT {0} FROM audit_entry AS e WHERE {0} > found.value ORDER BY 1 LIMIT 1) FROM found
    WHERE found.value IS NOT NULL
)
SELECT value FROM found WHERE value IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What entries are looked for; None or empty: any. ``user_id`` 0: nobody, ``objects``: about one of these,
    ``first`` and ``last``: Beijing days. Of kind ``lead`` are those of ``leads`` as well.
    """

    act: str = ""
    user_id: int | None = None
    kind: str = ""
    objects: Sequence[str] | None = None
    first: date | None = None
    last: date | None = None


async def find_named(session: AsyncSession, search: str, limit: int) -> list[str]:
    """Objects of the audit log that an entry calls so, and users who are called so."""
    like = like_operator(search)
    # Apart from what is done with it: it would be read in the order of objects, which is not how it lies on the disk.
    rows = await run(
        await session.connection(),
        f"""
        WITH named AS MATERIALIZED (
            SELECT e.object FROM audit_entry AS e WHERE e.detail ->> 'name' {like} $1
            UNION ALL SELECT '{USER}' || u.id FROM "user" AS u WHERE u.name {like} $1
        )
        SELECT DISTINCT object FROM named LIMIT $2
        """,  # noqa: S608 -- constants
        like_pattern(search),
        limit,
    )
    return [row.object for row in rows]


def _fitting(wanted: AuditQuery) -> tuple[str, list[object]]:
    """The condition on entries ``e``, with its arguments from ``$1`` on."""
    conditions = (
        ("e.act = {0}", wanted.act or None),
        (f"{_USER_ID} = {{0}}", wanted.user_id),
        (f"{_KIND} IN ({{0}}::text, {{0}}::text || 's')", wanted.kind or None),
        ("e.object = ANY ({0}::text[])", wanted.objects),
        ("e.at >= {0}", midnight(wanted.first) if wanted.first else None),
        ("e.at < {0}", midnight(wanted.last + timedelta(days=1)) if wanted.last else None),
    )
    given = [(condition, value) for condition, value in conditions if value is not None]
    parts = [condition.format(f"${number}") for number, (condition, _) in enumerate(given, 1)]
    return " AND ".join(parts) or "true", [value for _, value in given]


async def list_audit(session: AsyncSession, page: PageRequest, wanted: AuditQuery) -> tuple[Sequence[Row[Any]], int]:
    """A page of the audit log, newest first: (id, at, user_id, user_name, act, object, detail); and how many fit."""
    connection = await session.connection()
    where, given = _fitting(wanted)
    rows = await run(
        connection,
        f"""
        SELECT e.id, e.at, e.user_id, u.name AS user_name, e.act, e.object, e.detail
        FROM audit_entry AS e LEFT JOIN "user" AS u ON u.id = e.user_id
        WHERE {where} ORDER BY e.at DESC, e.id DESC LIMIT {page.size} OFFSET {page.offset}
        """,  # noqa: S608 -- constants and numbers
        *given,
    )
    counted = await run(connection, f"SELECT count(*) FROM audit_entry AS e WHERE {where}", *given)  # noqa: S608 -- constants
    return rows, counted[0][0]


async def list_audit_values(session: AsyncSession) -> tuple[list[str], list[str], list[int]]:
    """Acts, kinds of objects and users (0: nobody) that there are entries of."""
    connection = await session.connection()
    acts, kinds, users = [
        [row.value for row in await run(connection, _VALUES.format(each))] for each in ("e.act", _KIND, _USER_ID)
    ]
    return acts, kinds, users
