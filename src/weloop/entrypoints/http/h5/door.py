"""How a member comes in: ``/h5/open`` sends the browser to ask WeCom who it is, ``/h5/enter`` takes the answer.

Who opens a page always asks anew, so that a phone that changed hands does not keep the last member's session.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from weloop.access.api import (
    STAFF_COOKIE,
    STAFF_PATH,
    STAFF_SESSION_LIFE,
    StaffSignIn,
    open_staff_session,
)
from weloop.accounts.api import list_accounts
from weloop.contracts.accounts import AccountKind, PageDoor
from weloop.contracts.errors import PlatformError, Rejected
from weloop.kit.http import MAX_ID, RequestUnits, units_of

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)

OPEN, ENTER, HOME = "/h5/open", "/h5/enter", "/h5"
STATE_COOKIE = "weloop_h5_state"
STATE_SECONDS = 600
STATE_BYTES = 24
_STATE = re.compile(r"[0-9a-f]{48}")
_PLACE = re.compile(r"(?:/[A-Za-z0-9_-]{1,64}){0,4}")
"""A page of ours: no host, no dots, no query."""
CODE_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class Errand:
    """Why a browser was sent away; it is kept in a cookie of that browser alone."""

    state: str
    account_id: int
    place: str

    def write(self) -> str:
        """The cookie's value."""
        return f"{self.state}:{self.account_id}:{self.place}"


def read_errand(text: str) -> Errand | None:
    """Undo :meth:`Errand.write`; None for anything else."""
    state, _, rest = text.partition(":")
    account, _, place = rest.partition(":")
    if _STATE.fullmatch(state) is None or not (account.isascii() and account.isdecimal() and len(account) < 20):
        return None
    if int(account) > MAX_ID or _PLACE.fullmatch(place) is None:
        return None
    return Errand(state, int(account), place)


@router.get(OPEN)
async def open_page(request: Request, units: RequestUnits, to: str = "", account: str = "") -> Response:
    """Ask WeCom who opens the page. ``to`` is a page of ours; ``account`` an id where there are several corp apps."""
    place = to if _PLACE.fullmatch(to) else ""
    account_id = await _choose_account(units, account)
    if account_id is None:
        return _fail("h5_no_account")
    errand = Errand(secrets.token_hex(STATE_BYTES), account_id, place)
    try:
        url = await _door(request).authorize_url(account_id, request.app.state.public_url + ENTER, errand.state)
    except PlatformError as error:
        return _fail(_explain(error))
    response = _redirect(url)
    response.set_cookie(
        STATE_COOKIE,
        errand.write(),
        max_age=STATE_SECONDS,
        path=HOME,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


@router.get(ENTER)
async def enter_page(request: Request, code: str = "", state: str = "") -> Response:
    """Take WeCom's answer: only from the browser that was sent, only once, only a member."""
    errand = read_errand(request.cookies.get(STATE_COOKIE, ""))
    if errand is None or not hmac.compare_digest(errand.state.encode(), state.encode("utf-8", "surrogatepass")):
        return _fail("h5_state")
    if not code or len(code) > CODE_CHARACTERS:
        return _fail("h5_code")
    try:
        userid = await _door(request).find_visitor(errand.account_id, code)
    except PlatformError as error:
        return _fail(_explain(error))
    if not userid:
        return _fail("h5_not_a_member")
    async with units_of(request).begin() as unit:
        sign_in = open_staff_session(unit, errand.account_id, userid)
    response = _redirect(HOME + errand.place)
    _set_session(request, response, sign_in)
    response.delete_cookie(STATE_COOKIE, path=HOME, httponly=True, samesite="lax")
    return response


async def _choose_account(units: RequestUnits, account: str) -> int | None:
    """The corp app that is named, else the oldest one that works."""
    async with units.begin() as unit:
        known = await list_accounts(unit)
    usable = [each.id for each in known if each.kind is AccountKind.WECOM and each.state != "disabled"]
    if account:
        return next((each for each in usable if str(each) == account), None)
    return next(iter(usable), None)


def _door(request: Request) -> PageDoor:
    door: PageDoor = request.app.state.page_door
    return door


def _explain(error: PlatformError) -> str:
    log.info("h5.not_entered", code=error.code, errcode=error.errcode, reason=error.reason)
    return "h5_code" if isinstance(error, Rejected) else "h5_platform"


def _set_session(request: Request, response: Response, sign_in: StaffSignIn) -> None:
    response.set_cookie(
        STAFF_COOKIE,
        sign_in.token,
        max_age=int(STAFF_SESSION_LIFE.total_seconds()),
        path=STAFF_PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _fail(code: str) -> Response:
    """The phone's page says what happened."""
    response = _redirect(f"{HOME}?{urlencode({'error': code})}")
    response.delete_cookie(STATE_COOKIE, path=HOME, httponly=True, samesite="lax")
    return response


def _redirect(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
