"""Routes of signing in, the user's preferences and the audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from weloop import __version__
from weloop.access import repository
from weloop.access.api import COOKIE, Admin, SignedIn, access_of
from weloop.access.repository import AuditQuery
from weloop.access.rules import address_group
from weloop.access.schemas import (
    AuditChoices,
    AuditItem,
    AuditPage,
    AuditUser,
    Credentials,
    Demo,
    PasswordChange,
    Preferences,
    SessionInfo,
    SessionUser,
)
from weloop.access.service import Access, CurrentUser, SignIn, hash_token, record_act
from weloop.contracts.errors import InvalidInput, NotSignedIn
from weloop.kit.http import MAX_ID, Day, PageQuery, RequestUnit, RequestUnits, Search
from weloop.kit.unit import UnitOfWork

router = APIRouter()
enter_router = APIRouter()
MOST_NAMED = 1000
"""Things whose entries are looked for at once by their name."""
AccessDependency = Annotated[Access, Depends(access_of)]


@enter_router.get("/enter/{token}", include_in_schema=False)
async def enter(request: Request, token: str, unit: RequestUnit, access: AccessDependency) -> Response:
    """Sign in by a one-time link. Opened again by who is signed in already, it simply leads to the console."""
    sign_in = await access.enter(unit, token)
    if sign_in is None:
        known = await access.find_user(unit, request.cookies.get(COOKIE, ""))
        return _redirect("/" if known else "/login?error=link_used")
    await _end_session(unit, request)
    response = _redirect("/")
    _set_cookie(request, response, sign_in, access)
    return response


@router.get("/session", tags=["session"])
async def get_session(request: Request, user: SignedIn) -> SessionInfo:
    """Who is signed in."""
    return _info(request, user)


@router.post("/session", tags=["session"])
async def create_session(
    request: Request, response: Response, body: Credentials, units: RequestUnits, access: AccessDependency
) -> SessionInfo:
    """Sign in by password."""
    sign_in = await access.sign_in(units, body.login, body.password, _address(request))
    async with units.begin() as unit:
        await _end_session(unit, request)
    _set_cookie(request, response, sign_in, access)
    return _info(request, sign_in.user)


@router.delete("/session", tags=["session"], status_code=204)
async def delete_session(response: Response, user: SignedIn, unit: RequestUnit) -> None:
    """Sign out."""
    await repository.delete_session(unit.session, user.session_hash)
    record_act(unit, user.id, "signed_out", f"user:{user.id}")
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


@router.patch("/session/preferences", tags=["session"])
async def update_preferences(request: Request, body: Preferences, user: SignedIn, unit: RequestUnit) -> SessionInfo:
    """Change language or theme."""
    row = await repository.get_user(unit.session, user.id)
    if row is None:
        raise NotSignedIn
    row.locale = body.locale or row.locale
    row.theme = body.theme or row.theme
    info = _info(request, user)
    info.user.locale, info.user.theme = row.locale, row.theme
    return info


@router.post("/session/password", tags=["session"], status_code=204)
async def change_password(
    request: Request, body: PasswordChange, user: SignedIn, units: RequestUnits, access: AccessDependency
) -> None:
    """Change the password; the user's other sessions end."""
    await access.change_password(units, user, body.old, body.new, _address(request))


@router.get("/audit", tags=["audit"])
async def list_audit(
    _: Admin,
    unit: RequestUnit,
    page: PageQuery,
    act: Search = "",
    user_id: Annotated[int | None, Query(ge=0, le=MAX_ID)] = None,
    kind: Search = "",
    search: Search = "",
    first: Day | None = None,
    last: Day | None = None,
) -> AuditPage:
    """What operators did, newest first: by act, user (0: the product itself), kind and name of what it was about, and
    Beijing days."""
    if first is not None and last is not None and last < first:
        raise InvalidInput("a period ends on its first day or later", code="invalid_input")
    objects = await _find_named(unit, search.strip())
    wanted = AuditQuery(act, user_id, kind, objects, first, last)
    rows, total = await repository.list_audit(unit.session, page, wanted)
    names = await repository.name_objects(unit.session, {row.object for row in rows})
    items = [AuditItem(**row._asdict(), object_name=names.get(row.object)) for row in rows]
    return AuditPage(items=items, total=total, page=page.page, size=page.size)


@router.get("/audit/choices", tags=["audit"])
async def list_audit_choices(_: Admin, unit: RequestUnit) -> AuditChoices:
    """What there are entries of, to choose from."""
    acts, kinds, users = await repository.list_audit_values(unit.session)
    names = await repository.find_user_names(unit.session, users)
    return AuditChoices(
        acts=acts,
        kinds=[kind for kind in kinds if kind.removesuffix("s") == kind or kind.removesuffix("s") not in kinds],
        users=[AuditUser(id=user, name=names.get(user)) for user in users],
    )


async def _find_named(unit: UnitOfWork, search: str) -> list[str] | None:
    """Objects that are called so; None: of any name. Refused where they are many."""
    if not search:
        return None
    objects = await repository.find_named(unit.session, search, MOST_NAMED + 1)
    if len(objects) > MOST_NAMED:
        raise InvalidInput("too many are called so", code="audit_search_broad", max=MOST_NAMED)
    return objects


def _info(request: Request, user: CurrentUser) -> SessionInfo:
    simulator_url: str | None = request.app.state.simulator_url
    return SessionInfo(
        user=SessionUser.model_validate(user),
        csrf=user.csrf,
        demo=Demo(simulator_url=simulator_url) if simulator_url else None,
        version=__version__,
    )


def _address(request: Request) -> str:
    return address_group(request.client.host if request.client else "")


async def _end_session(unit: RequestUnit, request: Request) -> None:
    """End the session the browser came with: a sign-in always changes the cookie."""
    old = request.cookies.get(COOKIE)
    if old:
        await repository.delete_session(unit.session, hash_token(old))


def _set_cookie(request: Request, response: Response, sign_in: SignIn, access: Access) -> None:
    response.set_cookie(
        COOKIE,
        sign_in.token,
        max_age=int(access.policy.session_life.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _redirect(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
