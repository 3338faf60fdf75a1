"""Routes of broadcasts, and of what members have to confirm."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from weloop.access.api import CurrentUser, Editor, SignedIn, record_act
from weloop.contracts.errors import Conflict
from weloop.features.broadcasts import repository, service, views
from weloop.features.broadcasts.models import BroadcastRow
from weloop.features.broadcasts.rules import State, Step
from weloop.features.broadcasts.schemas import (
    ActedOn,
    BroadcastChange,
    BroadcastInfo,
    BroadcastInput,
    BroadcastPage,
    CheckInfo,
    LoadInfo,
    MemberTask,
    RecipientPage,
    TestInput,
)
from weloop.kit.http import MAX_ID, PageQuery, RequestUnit, RequestUnits, RowId, Search
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import Windows

router = APIRouter(tags=["broadcasts"])
After = Annotated[int | None, Query(ge=-MAX_ID - 1, le=MAX_ID)]


def _known_windows(request: Request) -> Windows:
    """Who knows the windows of the platforms; the entry point says."""
    found: Windows = request.app.state.windows
    return found


KnownWindows: TypeAlias = Annotated[Windows, Depends(_known_windows)]
Version = Annotated[int, Query(ge=1, le=MAX_ID)]


@router.get("/broadcasts")
async def list_broadcasts(
    user: SignedIn, unit: RequestUnit, page: PageQuery, search: Search = "", state: State | None = None
) -> BroadcastPage:
    """Broadcasts, newest first; ``search`` looks into names."""
    found = await repository.list_broadcasts(unit.session, page, search.strip(), state)
    items = await views.show_broadcasts(unit, user, found.items)
    return BroadcastPage(items=items, total=found.total, page=found.page, size=found.size)


@router.post("/broadcasts", status_code=201)
async def create_broadcast(body: BroadcastInput, user: Editor, unit: RequestUnit) -> BroadcastInfo:
    """Write a draft. What the platform would not take is refused here."""
    return await _show(unit, user, await service.create(unit, user, body))


@router.get("/broadcasts/{broadcast_id}")
async def get_broadcast(broadcast_id: RowId, user: SignedIn, unit: RequestUnit) -> BroadcastInfo:
    """One broadcast."""
    return await _show(unit, user, await service.load(unit, broadcast_id))


@router.put("/broadcasts/{broadcast_id}")
async def change_broadcast(
    broadcast_id: RowId, body: BroadcastChange, user: Editor, unit: RequestUnit
) -> BroadcastInfo:
    """Write a draft anew."""
    return await _show(unit, user, await service.change(unit, user, broadcast_id, body))


@router.delete("/broadcasts/{broadcast_id}", status_code=204)
async def delete_broadcast(broadcast_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Throw a draft away."""
    await service.delete(unit, user, broadcast_id)


@router.get("/broadcasts/{broadcast_id}/check")
async def check_broadcast(
    broadcast_id: RowId,
    _: SignedIn,
    unit: RequestUnit,
    windows: KnownWindows,
    after: After = None,
    spent: Annotated[int, Query(ge=0, le=MAX_ID)] = 0,
) -> CheckInfo:
    """Count whom it would reach now, 20,000 persons a call: those behind ``after``; ``spent``: what would leave to
    those before them, which counts against quotas."""
    return await views.check(unit, await service.load(unit, broadcast_id), windows, after, spent)


@router.post("/broadcasts/{broadcast_id}/test", status_code=202)
async def test_broadcast(broadcast_id: RowId, body: TestInput, user: Editor, unit: RequestUnit) -> None:
    """Send it to a member, or to a follower of one's own."""
    await service.send_test(unit, user, broadcast_id, body)


@router.post("/broadcasts/{broadcast_id}/confirm")
async def confirm_broadcast(broadcast_id: RowId, version: Version, user: Editor, unit: RequestUnit) -> BroadcastInfo:
    """Let it go out at its time, or ask a second person first."""
    return await _show(unit, user, await service.confirm(unit, user, broadcast_id, version))


@router.post("/broadcasts/{broadcast_id}/approve")
async def approve_broadcast(broadcast_id: RowId, version: Version, user: Editor, unit: RequestUnit) -> BroadcastInfo:
    """Let it go out as the second person."""
    return await _show(unit, user, await service.approve(unit, user, broadcast_id, version))


@router.post("/broadcasts/{broadcast_id}/decline")
async def decline_broadcast(broadcast_id: RowId, version: Version, user: Editor, unit: RequestUnit) -> BroadcastInfo:
    """Send it back to its author."""
    return await _show(unit, user, await service.decline(unit, user, broadcast_id, version))


@router.post("/broadcasts/{broadcast_id}/stop")
async def stop_broadcast(broadcast_id: RowId, user: Editor, unit: RequestUnit) -> BroadcastInfo:
    """Let nothing more leave."""
    return await _show(unit, user, await service.stop(unit, user, broadcast_id))


@router.post("/broadcasts/{broadcast_id}/resume")
async def resume_broadcast(broadcast_id: RowId, user: Editor, unit: RequestUnit) -> BroadcastInfo:
    """Go on where it was stopped."""
    return await _show(unit, user, await service.resume(unit, user, broadcast_id))


@router.post("/broadcasts/{broadcast_id}/end")
async def end_broadcast(broadcast_id: RowId, user: Editor, unit: RequestUnit) -> BroadcastInfo:
    """Leave a stopped one as it is for good."""
    return await _show(unit, user, await service.end(unit, user, broadcast_id))


@router.post("/broadcasts/{broadcast_id}/remind")
async def remind_members(broadcast_id: RowId, user: Editor, unit: RequestUnit) -> ActedOn:
    """Remind the members who have not confirmed."""
    return ActedOn(tasks=await service.remind(unit, user, broadcast_id))


@router.get("/broadcasts/{broadcast_id}/tasks")
async def list_member_tasks(broadcast_id: RowId, _: SignedIn, unit: RequestUnit) -> list[MemberTask]:
    """What each member has to confirm of it, those who have not first."""
    return await views.show_tasks(unit, await service.load(unit, broadcast_id))


@router.get("/broadcasts/{broadcast_id}/recipients")
async def list_recipients(
    broadcast_id: RowId, _: SignedIn, unit: RequestUnit, page: PageQuery, state: Step | None = None
) -> RecipientPage:
    """The frozen audience and what became of each person."""
    return await views.page_recipients(unit, await service.load(unit, broadcast_id), state, page)


@router.get("/broadcasts/{broadcast_id}/recipients.csv", response_class=StreamingResponse)
async def export_recipients(
    broadcast_id: RowId, user: Editor, unit: RequestUnit, units: RequestUnits
) -> StreamingResponse:
    """The same as a file."""
    row = await service.load(unit, broadcast_id)
    if row.removed_at is not None:
        raise Conflict("the recipients are kept no more", code="recipients_removed")
    record_act(unit, user.id, "broadcast_exported", f"broadcast:{row.id}", {"name": row.name})
    headers = {"Content-Disposition": f'attachment; filename="broadcast-{row.id}.csv"'}
    lines = views.write_recipients(units, row)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/mass-task-load")
async def get_mass_task_load(_: SignedIn, unit: RequestUnit) -> LoadInfo:
    """How much members are asked to confirm (预计每人每天 N 条待确认), and how much of it they do."""
    return await views.show_load(unit)


async def _show(unit: UnitOfWork, user: CurrentUser, row: BroadcastRow) -> BroadcastInfo:
    await unit.session.flush()
    return (await views.show_broadcasts(unit, user, [row]))[0]
