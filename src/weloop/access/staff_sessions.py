"""Sessions of members of staff on their phones: one member of one corp app, for a working day."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from weloop.access import repository
from weloop.access.models import StaffSession
from weloop.access.service import TOKEN_BYTES, hash_token
from weloop.contracts.errors import NotAllowed, NotSignedIn
from weloop.kit.clock import machine_now
from weloop.kit.http import units_of
from weloop.kit.unit import UnitOfWork

STAFF_COOKIE = "weloop_h5"
STAFF_PATH = "/api/h5"
"""The cookie is sent there and nowhere else."""
STAFF_SESSION_LIFE = timedelta(hours=8)
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class CurrentStaff:
    """The member of a request."""

    account_id: int
    userid: str
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffSignIn:
    """A fresh session. ``token`` is the cookie's value and is stored nowhere."""

    token: str = field(repr=False)
    staff: CurrentStaff


def open_staff_session(unit: UnitOfWork, account_id: int, userid: str) -> StaffSignIn:
    """Open a session for a member whom the platform has named."""
    now = machine_now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    csrf = secrets.token_urlsafe(TOKEN_BYTES)
    unit.session.add(
        StaffSession(
            id_hash=hash_token(token),
            account_id=account_id,
            userid=userid,
            csrf=csrf,
            created_at=now,
            expires_at=now + STAFF_SESSION_LIFE,
        )
    )
    return StaffSignIn(token, CurrentStaff(account_id, userid, csrf))


async def access_staff(request: Request) -> CurrentStaff:
    """The member of a request to the phone's pages; NotSignedIn without one.

    NotAllowed when the CSRF token does not fit. A page sends it with reading requests too, so that a browser in which
    another member signed in meanwhile does not show one member's page the other's leads.
    """
    token = request.cookies.get(STAFF_COOKIE)
    if not token:
        raise NotSignedIn(code="h5_not_signed_in")
    async with units_of(request).begin() as unit:
        row = await repository.find_staff_session(unit.session, hash_token(token), machine_now())
    if row is None:
        raise NotSignedIn(code="h5_not_signed_in")
    given = request.headers.get(CSRF_HEADER)
    if request.method not in _SAFE or given is not None:
        _check_csrf(given or "", row.csrf)
    return CurrentStaff(row.account_id, row.userid, row.csrf)


def _check_csrf(given: str, csrf: str) -> None:
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), csrf.encode()):
        raise NotAllowed("the CSRF token is missing or another session's", code="csrf")


StaffSignedIn: TypeAlias = Annotated[CurrentStaff, Depends(access_staff)]
"""A member who opened the page inside WeCom."""
