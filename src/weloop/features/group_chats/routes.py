"""Routes of group chats and join ways."""

from typing import Annotated

from fastapi import APIRouter, Query

from weloop.access.api import Editor, SignedIn
from weloop.contracts.errors import NotFound
from weloop.features.group_chats import join_ways, repository, service
from weloop.features.group_chats.models import GroupChatRow, JoinWayRow
from weloop.features.group_chats.repository import ChatFilter
from weloop.features.group_chats.rules import CharterState, ChatKind, Status
from weloop.features.group_chats.schemas import (
    CharterInput,
    GroupChatInfo,
    GroupChatPage,
    GroupDay,
    GroupMemberPage,
    JoinWayChange,
    JoinWayInfo,
    JoinWayInput,
    JoinWayPage,
    SyncStarted,
)
from weloop.features.group_chats.views import show_chats, show_days, show_members, show_ways, today_of
from weloop.kit.http import MAX_ID, PageQuery, RequestUnit, RowId, Search
from weloop.kit.unit import UnitOfWork

router = APIRouter(tags=["group_chats"])
AccountFilter = Annotated[int | None, Query(ge=1, le=MAX_ID)]


@router.get("/group-chats")
async def list_group_chats(
    _: SignedIn,
    unit: RequestUnit,
    page: PageQuery,
    search: Search = "",
    kind: ChatKind | None = None,
    charter: CharterState | None = None,
    dismissed: bool = False,
    account_id: AccountFilter = None,
) -> GroupChatPage:
    """Group chats, newest first; ``search`` looks into names."""
    wanted = ChatFilter(search.strip(), kind, charter, dismissed, account_id)
    found = await repository.list_chats(unit.session, page, wanted, today_of(unit))
    return GroupChatPage(
        items=await show_chats(unit, found.items),
        total=found.total,
        page=found.page,
        size=found.size,
        without_charter=await repository.count_without_charter(unit.session, today_of(unit)),
    )


@router.post("/group-chats/sync", status_code=202)
async def sync_group_chats(user: Editor, unit: RequestUnit) -> SyncStarted:
    """Look for all group chats at the platform and read each anew."""
    return SyncStarted(accounts=await service.sync_all(unit, user))


@router.get("/group-chats/{chat_id}")
async def get_group_chat(chat_id: RowId, _: SignedIn, unit: RequestUnit) -> GroupChatInfo:
    """One group chat."""
    return (await show_chats(unit, [await _chat(unit, chat_id)]))[0]


@router.put("/group-chats/{chat_id}/charter")
async def write_charter(chat_id: RowId, body: CharterInput, user: Editor, unit: RequestUnit) -> GroupChatInfo:
    """Say why the group chat exists, who answers for it and when it ends."""
    return (await show_chats(unit, [await service.write_charter(unit, user, chat_id, body)]))[0]


@router.get("/group-chats/{chat_id}/members")
async def list_group_members(
    chat_id: RowId, _: SignedIn, unit: RequestUnit, page: PageQuery, present: bool = True
) -> GroupMemberPage:
    """Customers who are in it, or who have left, newest first."""
    chat = await _chat(unit, chat_id)
    rows, total = await repository.list_members(unit.connection, chat.chat_id, present, page)
    return GroupMemberPage(items=await show_members(unit, rows), total=total, page=page.page, size=page.size)


@router.get("/group-chats/{chat_id}/days")
async def count_group_days(
    chat_id: RowId, _: SignedIn, unit: RequestUnit, days: Annotated[int, Query(ge=1, le=90)] = 28
) -> list[GroupDay]:
    """Joins and leaves of the last days, oldest first."""
    return await show_days(unit, (await _chat(unit, chat_id)).chat_id, days)


@router.get("/join-ways")
async def list_join_ways(
    _: SignedIn, unit: RequestUnit, page: PageQuery, search: Search = "", status: Status | None = None
) -> JoinWayPage:
    """Join ways, newest first; ``search`` looks into names and for a whole state code."""
    found = await join_ways.list_ways(unit.session, page, search.strip(), status)
    items = await show_ways(unit, found.items)
    return JoinWayPage(items=items, total=found.total, page=found.page, size=found.size)


@router.post("/join-ways", status_code=201)
async def create_join_way(body: JoinWayInput, user: Editor, unit: RequestUnit) -> JoinWayInfo:
    """Make a join way; its code is being created at first."""
    return await _show(unit, await service.create_way(unit, user, body))


@router.get("/join-ways/{way_id}")
async def get_join_way(way_id: RowId, _: SignedIn, unit: RequestUnit) -> JoinWayInfo:
    """One join way."""
    way = await join_ways.get_way(unit.session, way_id)
    if way is None:
        raise NotFound
    return await _show(unit, way)


@router.patch("/join-ways/{way_id}")
async def update_join_way(way_id: RowId, body: JoinWayChange, user: Editor, unit: RequestUnit) -> JoinWayInfo:
    """Change a join way."""
    return await _show(unit, await service.change_way(unit, user, way_id, body))


@router.delete("/join-ways/{way_id}", status_code=204)
async def delete_join_way(way_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Delete a join way; its code dies once the platform has confirmed. The group chats stay."""
    await service.delete_way(unit, user, way_id)


@router.post("/join-ways/{way_id}/retry")
async def retry_join_way(way_id: RowId, user: Editor, unit: RequestUnit) -> JoinWayInfo:
    """Ask the platform again after a failure."""
    return await _show(unit, await service.retry_way(unit, user, way_id))


async def _chat(unit: UnitOfWork, row_id: int) -> GroupChatRow:
    chat = await repository.get_chat(unit.session, row_id)
    if chat is None:
        raise NotFound
    return chat


async def _show(unit: UnitOfWork, way: JoinWayRow) -> JoinWayInfo:
    return (await show_ways(unit, [way]))[0]
