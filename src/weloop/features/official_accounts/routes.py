"""Routes of official accounts."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response

from weloop.access.api import Editor, SignedIn
from weloop.codes.api import find_codes
from weloop.content.api import Picture, draw_code
from weloop.contracts.errors import Conflict, NotFound
from weloop.features.official_accounts import menus, repository, scene_qrs, windows
from weloop.features.official_accounts.models import SceneQrRow
from weloop.features.official_accounts.schemas import (
    FollowReply,
    MenuInfo,
    MenuInput,
    MessageInput,
    SceneQrChange,
    SceneQrCounts,
    SceneQrInfo,
    SceneQrInput,
    SceneQrPage,
    WindowInfo,
)
from weloop.kit.clock import beijing_date
from weloop.kit.http import MAX_ID, PageQuery, RequestUnit, RowId, Search, TextId
from weloop.kit.unit import UnitOfWork

router = APIRouter(tags=["official accounts"])
Size = Annotated[int, Query(ge=100, le=2000)]
PersonId = Annotated[TextId, Path()]
OfAccount = Annotated[int | None, Query(ge=1, le=MAX_ID)]


@router.get("/scene-qrs")
async def list_scene_qrs(
    _: SignedIn, unit: RequestUnit, page: PageQuery, search: Search = "", account_id: OfAccount = None
) -> SceneQrPage:
    """Scene codes, newest first; ``search`` looks into names and for a whole state code."""
    found = await repository.list_scene_qrs(unit.session, page, search.strip(), account_id)
    items = await _infos(unit, found.items)
    return SceneQrPage(items=items, total=found.total, page=found.page, size=found.size)


@router.post("/scene-qrs", status_code=201)
async def create_scene_qr(body: SceneQrInput, user: Editor, unit: RequestUnit) -> SceneQrInfo:
    """Make a scene code; it is being created at first."""
    return await _info(unit, await scene_qrs.create_qr(unit, user, body))


@router.get("/scene-qrs/{qr_id}")
async def get_scene_qr(qr_id: RowId, _: SignedIn, unit: RequestUnit) -> SceneQrInfo:
    """One scene code."""
    return await _info(unit, await _get(unit, qr_id))


@router.patch("/scene-qrs/{qr_id}")
async def update_scene_qr(qr_id: RowId, body: SceneQrChange, user: Editor, unit: RequestUnit) -> SceneQrInfo:
    """Change name, reply or place."""
    return await _info(unit, await scene_qrs.change_qr(unit, user, qr_id, body))


@router.delete("/scene-qrs/{qr_id}", status_code=204)
async def delete_scene_qr(qr_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Put a scene code away; the platform's code still leads to the account."""
    await scene_qrs.delete_qr(unit, user, qr_id)


@router.post("/scene-qrs/{qr_id}/renew")
async def renew_scene_qr(qr_id: RowId, user: Editor, unit: RequestUnit) -> SceneQrInfo:
    """Let the platform make the code again, with the same scene."""
    return await _info(unit, await scene_qrs.renew_qr(unit, user, qr_id))


@router.get("/scene-qrs/{qr_id}/qr.png", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def get_scene_qr_png(qr_id: RowId, _: SignedIn, unit: RequestUnit, size: Size = 600) -> Response:
    """The code as a picture, at least ``size`` pixels wide."""
    row = await _made(unit, qr_id)
    return _download(row.name, draw_code(row.url or "", "png", size))


@router.get("/scene-qrs/{qr_id}/qr.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def get_scene_qr_svg(qr_id: RowId, _: SignedIn, unit: RequestUnit) -> Response:
    """The code as a drawing for print."""
    row = await _made(unit, qr_id)
    return _download(row.name, draw_code(row.url or "", "svg", 600))


@router.get("/follow-replies/{account_id}")
async def get_follow_reply(account_id: RowId, _: SignedIn, unit: RequestUnit) -> FollowReply:
    """What an account answers to new followers."""
    await scene_qrs.find_official_account(unit, account_id)
    found = await repository.find_follow_replies(unit.session, [account_id])
    return FollowReply(text=found.get(account_id, ""))


@router.put("/follow-replies/{account_id}")
async def put_follow_reply(account_id: RowId, body: FollowReply, user: Editor, unit: RequestUnit) -> FollowReply:
    """Say what an account answers to new followers; empty: nothing."""
    return await scene_qrs.write_follow_reply(unit, user, account_id, body)


@router.get("/account-menus/{account_id}")
async def get_account_menu(account_id: RowId, _: SignedIn, unit: RequestUnit) -> MenuInfo:
    """The menu of an account: versions, newest first, and what is live."""
    return await menus.read_menu(unit, account_id)


@router.post("/account-menus/{account_id}", status_code=202)
async def publish_account_menu(account_id: RowId, body: MenuInput, user: Editor, unit: RequestUnit) -> MenuInfo:
    """Publish a menu: a new version, which the platform shows once it took it."""
    await menus.publish_menu(unit, user, account_id, body)
    return await menus.read_menu(unit, account_id)


@router.post("/account-menus/{account_id}/fetch", status_code=202)
async def fetch_account_menu(account_id: RowId, _: Editor, unit: RequestUnit) -> MenuInfo:
    """Ask the platform what is live; the answer comes by a command."""
    await menus.look_at_menu(unit, account_id)
    return await menus.read_menu(unit, account_id)


@router.get("/service-messages/{person_id}")
async def list_message_windows(person_id: PersonId, _: SignedIn, unit: RequestUnit) -> list[WindowInfo]:
    """The person at each of our official accounts, and what may be sent there now."""
    return await windows.list_windows(unit, int(person_id))


@router.post("/service-messages/{person_id}", status_code=202)
async def write_service_message(
    person_id: PersonId, body: MessageInput, user: Editor, unit: RequestUnit
) -> list[WindowInfo]:
    """Write to a follower while a window is open."""
    await windows.write_message(unit, user, int(person_id), body)
    await unit.session.flush()
    return await windows.list_windows(unit, int(person_id))


async def _made(unit: UnitOfWork, qr_id: int) -> SceneQrRow:
    row = await _get(unit, qr_id)
    if row.url is None:
        raise Conflict("the code is not made yet", code="scene_qr_no_code")
    return row


def _download(name: str, picture: Picture) -> Response:
    ending = picture.media_type.removeprefix("image/").removesuffix("+xml")
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(f'{name}.{ending}', safe='')}",
        "Cache-Control": "private, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(picture.content, headers=headers, media_type=picture.media_type)


async def _get(unit: UnitOfWork, qr_id: int) -> SceneQrRow:
    row = await repository.get_scene_qr(unit.session, qr_id)
    if row is None:
        raise NotFound
    return row


async def _info(unit: UnitOfWork, row: SceneQrRow) -> SceneQrInfo:
    return (await _infos(unit, [row]))[0]


async def _infos(unit: UnitOfWork, rows: Sequence[SceneQrRow]) -> list[SceneQrInfo]:
    """With their counts and places: two queries for all."""
    today = beijing_date(unit.now)
    counts = await repository.sum_counts(unit.connection, [row.id for row in rows], today)
    codes = await find_codes(unit, [row.state_code for row in rows])
    infos = []
    for row in rows:
        count = counts.get(row.id)
        found = {name: getattr(count, name) or 0 for name in SceneQrCounts.model_fields} if count else {}
        code = codes.get(row.state_code)
        place = {"campaign_id": code.campaign_id if code else None, "mechanism": code.mechanism if code else ""}
        place["expired"] = row.expires_at is not None and row.expires_at <= unit.now
        values = {name: getattr(row, name) for name in SceneQrInfo.model_fields if hasattr(row, name)}
        infos.append(SceneQrInfo.model_validate({**values, **place, "counts": found}))
    return infos
