"""The face of the access module: who is asking, may they, and what they did."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from weloop.access.jobs import forget_stale
from weloop.access.models import Role
from weloop.access.passwords import Passwords
from weloop.access.rules import AccessPolicy, check_password_shape
from weloop.access.service import (
    Access,
    CurrentUser,
    create_one_time_link,
    create_user,
    find_user_id,
    find_user_names,
    record_act,
)
from weloop.access.staff_sessions import (
    CSRF_HEADER,
    STAFF_COOKIE,
    STAFF_PATH,
    STAFF_SESSION_LIFE,
    CurrentStaff,
    StaffSignedIn,
    StaffSignIn,
    open_staff_session,
)
from weloop.contracts.errors import NotAllowed, NotSignedIn
from weloop.kit.http import units_of

__all__ = [
    "COOKIE",
    "CSRF_HEADER",
    "STAFF_COOKIE",
    "STAFF_PATH",
    "STAFF_SESSION_LIFE",
    "Access",
    "AccessPolicy",
    "Admin",
    "CurrentStaff",
    "CurrentUser",
    "Editor",
    "Passwords",
    "Role",
    "SignedIn",
    "StaffSignIn",
    "StaffSignedIn",
    "access_of",
    "access_role",
    "access_user",
    "check_password_shape",
    "create_one_time_link",
    "create_user",
    "find_user_id",
    "find_user_names",
    "forget_stale",
    "open_staff_session",
    "record_act",
]

COOKIE = "weloop_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def access_of(request: Request) -> Access:
    """The process's policy and password hasher."""
    access: Access = request.app.state.access
    return access


async def access_user(request: Request) -> CurrentUser:
    """The signed-in user of a request; NotSignedIn without one, NotAllowed when the CSRF token does not fit."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    async with units_of(request).begin() as unit:
        user = await access_of(request).find_user(unit, token)
    if user is None:
        raise NotSignedIn
    if request.method not in _SAFE:
        _check_csrf(request, user)
    return user


def _check_csrf(request: Request, user: CurrentUser) -> None:
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), user.csrf.encode()):
        raise NotAllowed("the CSRF token is missing or wrong", code="csrf")


SignedIn: TypeAlias = Annotated[CurrentUser, Depends(access_user)]
"""Any signed-in user."""


def access_role(*roles: Role) -> Callable[[CurrentUser], Awaitable[CurrentUser]]:
    """A dependency that lets only these roles pass."""

    async def allowed(user: SignedIn) -> CurrentUser:
        if user.role not in roles:
            raise NotAllowed(role=user.role)
        return user

    return allowed


Admin: TypeAlias = Annotated[CurrentUser, Depends(access_role(Role.ADMIN))]
"""Accounts, users, audit log."""
Editor: TypeAlias = Annotated[CurrentUser, Depends(access_role(Role.ADMIN, Role.LEAD, Role.OPERATOR))]
"""Everything that reaches customers."""
