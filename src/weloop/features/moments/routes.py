"""Routes of Moments."""

from typing import Annotated

from fastapi import APIRouter, Query

from weloop.access.api import Editor, SignedIn
from weloop.features.moments import repository, service, views
from weloop.features.moments.models import MomentRow
from weloop.features.moments.rules import State
from weloop.features.moments.schemas import (
    MomentChange,
    MomentCheck,
    MomentInfo,
    MomentInput,
    MomentMember,
    MomentPage,
)
from weloop.kit.http import MAX_ID, PageQuery, RequestUnit, RowId, Search
from weloop.kit.unit import UnitOfWork

router = APIRouter(tags=["moments"])
Version = Annotated[int, Query(ge=1, le=MAX_ID)]


@router.get("/moments")
async def list_moments(
    _: SignedIn, unit: RequestUnit, page: PageQuery, search: Search = "", state: State | None = None
) -> MomentPage:
    """Posts in Moments, newest first; ``search`` looks into texts."""
    found = await repository.list_moments(unit.session, page, search.strip(), state)
    items = await views.show_moments(unit, found.items)
    return MomentPage(items=items, total=found.total, page=found.page, size=found.size)


@router.post("/moments", status_code=201)
async def create_moment(body: MomentInput, user: Editor, unit: RequestUnit) -> MomentInfo:
    """Write a draft. What the platform would not take, and an advertisement that does not say so, is refused here."""
    return await _show(unit, await service.create(unit, user, body))


@router.post("/moments/check")
async def check_unwritten_moment(body: MomentInput, _: Editor, unit: RequestUnit) -> MomentCheck:
    """What policy would say of what is just being written: who could publish it at its time, and what others lack."""
    return await service.check_unwritten(unit, body)


@router.get("/moments/{moment_id}")
async def get_moment(moment_id: RowId, _: SignedIn, unit: RequestUnit) -> MomentInfo:
    """One post with what became of it."""
    return await _show(unit, await service.load(unit, moment_id))


@router.put("/moments/{moment_id}")
async def change_moment(moment_id: RowId, body: MomentChange, user: Editor, unit: RequestUnit) -> MomentInfo:
    """Write a draft anew."""
    return await _show(unit, await service.change(unit, user, moment_id, body))


@router.delete("/moments/{moment_id}", status_code=204)
async def delete_moment(moment_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Throw a draft away."""
    await service.delete(unit, user, moment_id)


@router.get("/moments/{moment_id}/check")
async def check_moment(moment_id: RowId, _: SignedIn, unit: RequestUnit) -> MomentCheck:
    """What policy would say of it at its time, as things are now."""
    return await service.check(unit, await service.load(unit, moment_id))


@router.post("/moments/{moment_id}/plan")
async def plan_moment(moment_id: RowId, version: Version, user: Editor, unit: RequestUnit) -> MomentInfo:
    """Let it leave at its time, as soon as policy lets it; then its members are asked to publish it."""
    return await _show(unit, await service.plan(unit, user, moment_id, version))


@router.post("/moments/{moment_id}/cancel")
async def cancel_moment(moment_id: RowId, user: Editor, unit: RequestUnit) -> MomentInfo:
    """Take it back from whoever has not published it."""
    return await _show(unit, await service.cancel(unit, user, moment_id))


@router.get("/moments/{moment_id}/members")
async def list_moment_members(moment_id: RowId, _: SignedIn, unit: RequestUnit) -> list[MomentMember]:
    """Who has published it and what it brought them, those who have not first."""
    return await views.show_members(unit, await service.load(unit, moment_id))


async def _show(unit: UnitOfWork, row: MomentRow) -> MomentInfo:
    await unit.session.flush()
    return (await views.show_moments(unit, [row]))[0]
