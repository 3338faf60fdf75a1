"""All SQL of the access module."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from weloop.access.models import AuditEntry, LoginFailure, OneTimeLink, Session, StaffSession, User
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
    told = (
        select(AuditEntry.object, AuditEntry.detail["name"].astext)
        .where(AuditEntry.object.in_(objects), AuditEntry.detail.has_key("name"))
        .order_by(AuditEntry.object, AuditEntry.id.desc())
        .ext(distinct_on(AuditEntry.object))
    )
    names = {row[0]: row[1] for row in await session.execute(told)}
    users = await find_user_names(session, [int(each[len(USER) :]) for each in objects if each.startswith(USER)])
    return names | {f"{USER}{number}": name for number, name in users.items()}


async def list_audit(session: AsyncSession, page: PageRequest) -> tuple[Sequence[tuple[AuditEntry, str | None]], int]:
    """A page of the audit log, newest first, each entry with its user's name; and how many there are."""
    query = (
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .order_by(AuditEntry.id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    rows = [(row[0], row[1]) for row in await session.execute(query)]
    total = await session.scalar(select(func.count()).select_from(AuditEntry))
    return rows, total or 0
