"""Signing in and out. Passwords are verified between two short transactions: hashing takes long."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from weloop.access import repository
from weloop.access.models import AuditEntry, LoginFailure, OneTimeLink, Role, Session, User
from weloop.access.passwords import Passwords
from weloop.access.rules import AccessPolicy, check_password_shape, locked_seconds, session_expires
from weloop.contracts.errors import Conflict, InvalidInput, NotSignedIn, TooManyTries
from weloop.contracts.json import JsonObject
from weloop.kit.clock import machine_now
from weloop.kit.unit import UnitOfWork, Units

TOKEN_BYTES = 32
LINK_LIFE = AccessPolicy().link_life


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """The user of a request."""

    id: int
    login: str
    name: str
    role: Role
    locale: str
    theme: str
    csrf: str = field(repr=False)
    session_hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A fresh session. ``token`` is the cookie's value and is stored nowhere."""

    token: str = field(repr=False)
    user: CurrentUser


class Access:
    """What signing in needs: the policy and the password hasher. One per process."""

    def __init__(self, policy: AccessPolicy, passwords: Passwords) -> None:
        self.policy = policy
        self.passwords = passwords

    async def sign_in(self, units: Units, login: str, password: str, address: str) -> SignIn:
        """Sign in by password; TooManyTries when locked out, NotSignedIn when login or password is wrong."""
        login = login.strip().lower()
        user_id, password_hash = await self._count_try(units, login, address)
        if not await self.passwords.verify(password_hash, password) or password_hash is None:
            raise NotSignedIn("login or password is wrong", code="wrong_password")
        fresh = await self.passwords.hash(password) if self.passwords.is_outdated(password_hash) else password_hash
        async with units.begin() as unit:
            user = await repository.get_user(unit.session, user_id)
            if user is None:
                raise NotSignedIn("login or password is wrong", code="wrong_password")
            user.password_hash = fresh
            await repository.delete_failures(unit.session, login, address)
            return open_session(unit, user, self.policy, "signed_in")

    async def _count_try(self, units: Units, login: str, address: str) -> tuple[int, str | None]:
        """Count the try as a failure before it is made, so that tries side by side cannot slip through."""
        now = machine_now()
        async with units.begin() as unit:
            await repository.lock_tries(unit.session, login, address)
            since = now - self.policy.failure_window
            by_login, by_address = await repository.list_failures(unit.session, login, address, since)
            self._check_lock(by_login, by_address, now)
            unit.session.add(LoginFailure(login=login, address=address, at=now))
            user = await repository.find_user(unit.session, login)
            return (0, None) if user is None else (user.id, user.password_hash)

    def _check_lock(self, by_login: list[datetime], by_address: list[datetime], now: datetime) -> None:
        window = self.policy.failure_window
        seconds = max(
            locked_seconds(by_login, self.policy.failures_per_login, window, now),
            locked_seconds(by_address, self.policy.failures_per_address, window, now),
        )
        if seconds:
            raise TooManyTries(seconds=seconds)

    async def enter(self, unit: UnitOfWork, token: str) -> SignIn | None:
        """Sign in by a one-time link and use it up; None when it is unknown, used or over."""
        user_id = await repository.use_link(unit.session, hash_token(token), machine_now())
        user = None if user_id is None else await repository.get_user(unit.session, user_id)
        return None if user is None else open_session(unit, user, self.policy, "entered_by_link")

    async def find_user(self, unit: UnitOfWork, token: str) -> CurrentUser | None:
        """The user of a session token; notes the use now and then."""
        now = machine_now()
        found = await repository.find_session(unit.session, hash_token(token), now)
        if found is None:
            return None
        session, user = found
        if session.seen_at + self.policy.session_touch <= now:
            session.seen_at = now
            session.expires_at = session_expires(session.created_at, now, self.policy)
        return _current(user, session)

    async def change_password(self, units: Units, user: CurrentUser, old: str, new: str, address: str) -> None:
        """Change a password and end the user's other sessions. Wrong old passwords count towards the lock-out."""
        check_password_shape(new, user.login, self.policy)
        _, password_hash = await self._count_try(units, user.login, address)
        if not await self.passwords.verify(password_hash, old):
            raise InvalidInput("the old password is wrong", code="wrong_old_password")
        fresh = await self.passwords.hash(new)
        async with units.begin() as unit:
            row = await repository.get_user(unit.session, user.id)
            if row is None or row.password_hash != password_hash:
                raise Conflict("the password was changed meanwhile")
            row.password_hash = fresh
            await repository.delete_failures(unit.session, user.login, address)
            await repository.delete_other_sessions(unit.session, user.id, keep=user.session_hash)
            record_act(unit, user.id, "password_changed", f"user:{user.id}")


def open_session(unit: UnitOfWork, user: User, policy: AccessPolicy, act: str) -> SignIn:
    """Open a session with a token of its own."""
    now = machine_now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session = Session(
        id_hash=hash_token(token),
        user_id=user.id,
        csrf=secrets.token_urlsafe(TOKEN_BYTES),
        created_at=now,
        seen_at=now,
        expires_at=session_expires(now, now, policy),
    )
    unit.session.add(session)
    record_act(unit, user.id, act, f"user:{user.id}")
    return SignIn(token, _current(user, session))


def hash_token(token: str) -> bytes:
    """What is stored of a token. It is random, so a plain hash will do."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _current(user: User, session: Session) -> CurrentUser:
    return CurrentUser(
        id=user.id,
        login=user.login,
        name=user.name,
        role=Role(user.role),
        locale=user.locale,
        theme=user.theme,
        csrf=session.csrf,
        session_hash=session.id_hash,
    )


async def create_user(
    unit: UnitOfWork, login: str, name: str, role: Role, password_hash: str | None, locale: str = "zh-CN"
) -> int:
    """Make a user; Conflict when the login is taken. Without a password the user enters by one-time links."""
    login = login.strip().lower()
    if not login or len(login) > 100:
        raise InvalidInput("a login has 1 to 100 characters", code="login_shape")
    if await repository.find_login(unit.session, login):
        raise Conflict("this login exists", code="login_taken", login=login)
    user = User(login=login, name=name, role=role, password_hash=password_hash, locale=locale, created_at=machine_now())
    unit.session.add(user)
    await unit.session.flush()
    record_act(unit, None, "user_created", f"user:{user.id}", {"login": login, "role": role})
    return user.id


async def find_user_names(unit: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    """What users are called, by id."""
    return await repository.find_user_names(unit.session, ids)


async def find_user_id(unit: UnitOfWork, login: str) -> int | None:
    """The id of whoever has this login."""
    return await repository.find_login(unit.session, login.strip().lower())


async def create_one_time_link(unit: UnitOfWork, user_id: int, life: timedelta = LINK_LIFE) -> str:
    """Make a link token for a user; the address is ``{public_url}/enter/{token}``."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    unit.session.add(OneTimeLink(hash=hash_token(token), user_id=user_id, expires_at=machine_now() + life))
    return token


def record_act(unit: UnitOfWork, user_id: int | None, act: str, target: str, detail: JsonObject | None = None) -> None:
    """Write one act into the audit log, with this transaction. Never pass a secret or a customer's data."""
    unit.session.add(AuditEntry(at=machine_now(), user_id=user_id, act=act, object=target, detail=dict(detail or {})))
