"""Routes of signing in, the user's preferences and the audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from weloop import __version__
from weloop.access import repository
from weloop.access.api import COOKIE, Admin, SignedIn, access_of
from weloop.access.rules import address_group
from weloop.access.schemas import (
    AuditItem,
    AuditPage,
    Credentials,
    Demo,
    PasswordChange,
    Preferences,
    SessionInfo,
    SessionUser,
)
from weloop.access.service import Access, CurrentUser, SignIn, hash_token, record_act
from weloop.contracts.errors import NotSignedIn
from weloop.kit.http import PageQuery, RequestUnit, RequestUnits

router = APIRouter()
enter_router = APIRouter()
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
async def list_audit(_: Admin, unit: RequestUnit, page: PageQuery) -> AuditPage:
    """What operators did, newest first."""
    rows, total = await repository.list_audit(unit.session, page)
    names = await repository.name_objects(unit.session, {entry.object for entry, _ in rows})
    items = [
        AuditItem(
            id=entry.id,
            at=entry.at,
            user_id=entry.user_id,
            user_name=name,
            act=entry.act,
            object=entry.object,
            object_name=names.get(entry.object),
            detail=entry.detail,
        )
        for entry, name in rows
    ]
    return AuditPage(items=items, total=total, page=page.page, size=page.size)


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
