"""What the routes show, gathered with a fixed number of queries for any number of rows."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.engine import Row

from weloop.codes.api import CodeInfo, find_codes
from weloop.features.group_chats import join_ways, repository
from weloop.features.group_chats.models import GroupChatRow, JoinWayRow
from weloop.features.group_chats.rules import (
    Charter,
    ChatKind,
    ChatState,
    judge_charter,
    judge_room,
    load_limits,
)
from weloop.features.group_chats.schemas import (
    GroupChatCounts,
    GroupChatInfo,
    GroupDay,
    GroupMemberInfo,
    JoinWayChat,
    JoinWayCounts,
    JoinWayInfo,
)
from weloop.identity.api import find_names as find_person_names
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.unit import UnitOfWork
from weloop.staff.api import find_names_of_all


def today_of(unit: UnitOfWork) -> date:
    """The Beijing day of world time."""
    return beijing_date(unit.now)


async def show_chats(unit: UnitOfWork, chats: Sequence[GroupChatRow]) -> list[GroupChatInfo]:
    """With counts and names: two queries for all."""
    today = today_of(unit)
    counts = await repository.count_members(unit.connection, [chat.chat_id for chat in chats], midnight(today))
    names = await find_names_of_all(unit, {chat.owner for chat in chats})
    return [_show_chat(chat, counts.get(chat.chat_id), names, today) for chat in chats]


def _show_chat(chat: GroupChatRow, row: Row[Any] | None, names: Mapping[str, str], today: date) -> GroupChatInfo:
    fields = GroupChatCounts.model_fields
    counts = GroupChatCounts.model_validate({name: getattr(row, name) for name in fields} if row else {})
    kept = ("id", "chat_id", "account_id", "name", "state", "owner", "staff", "created_at", "fetched_at")
    charter = Charter(
        kind=ChatKind(chat.charter_kind) if chat.charter_kind else None,
        purpose=chat.charter_purpose,
        owner=chat.charter_owner,
        ends_on=chat.charter_ends_on,
    )
    state = judge_charter(charter, ChatState(chat.state), today)
    return GroupChatInfo.model_validate(
        {name: getattr(chat, name) for name in kept}
        | {
            "owner_name": names.get(chat.owner, chat.owner),
            "members": chat.staff + counts.customers,
            "capacity": load_limits()["group_chat"]["capacity"],
            "counts": counts,
            "charter": {name: getattr(charter, name) for name in charter.__slots__} | {"state": state},
        }
    )


async def show_members(unit: UnitOfWork, rows: Sequence[Row[Any]]) -> list[GroupMemberInfo]:
    """With names of persons, staff and codes: three queries for all."""
    persons = await find_person_names(unit, {row.identity_id for row in rows})
    staff = await find_names_of_all(unit, {row.invitor for row in rows if row.invitor})
    codes = await find_codes(unit, {row.state for row in rows if row.state})
    return [
        GroupMemberInfo(
            id=str(row.identity_id),
            person_id=str(person.id) if (person := persons.get(row.identity_id)) else None,
            name=person.name if person else None,
            is_friend=bool(person and person.is_friend),
            joined_at=row.joined_at,
            left_at=row.left_at,
            join_scene=row.join_scene,
            quit_scene=row.quit_scene,
            state=row.state,
            state_name=codes[row.state].name if row.state in codes else None,
            invitor_name=staff.get(row.invitor, row.invitor) or None,
        )
        for row in rows
    ]


async def show_days(unit: UnitOfWork, chat_id: str, days: int) -> list[GroupDay]:
    """Every Beijing day up to today, quiet ones too."""
    first = today_of(unit) - timedelta(days=days - 1)
    found = {row.day: row for row in await repository.count_days(unit.connection, chat_id, midnight(first))}
    wanted = [first + timedelta(days=number) for number in range(days)]
    return [_show_day(day, found.get(day)) for day in wanted]


def _show_day(day: date, row: Row[Any] | None) -> GroupDay:
    return GroupDay(day=day, joined=row.joined if row else 0, left=row.left if row else 0)


async def show_ways(unit: UnitOfWork, ways: Sequence[JoinWayRow]) -> list[JoinWayInfo]:
    """With counts, group chats and campaigns: four queries for all."""
    states = [way.state_code for way in ways]
    counts = await join_ways.count_joins(unit.connection, states)
    ids = {chat_id for way in ways for chat_id in [*way.chats, *_made(way, counts)]}
    chats = await repository.find_chats(unit.session, ids)
    sizes = await repository.count_members(unit.connection, sorted(ids), midnight(today_of(unit)))
    codes = await find_codes(unit, states)
    infos = []
    for way in ways:
        code = codes.get(way.state_code)
        made = _made(way, counts)
        shown = [_show_way_chat(chat_id, chats, sizes, chat_id in made) for chat_id in [*way.chats, *made]]
        infos.append(_show_way(way, shown, counts.get(way.state_code), code))
    return infos


def _show_way(
    way: JoinWayRow, chats: Sequence[JoinWayChat], row: Row[Any] | None, code: CodeInfo | None
) -> JoinWayInfo:
    values = {name: getattr(way, name) for name in JoinWayInfo.model_fields if hasattr(way, name)}
    counts = {name: getattr(row, name) for name in JoinWayCounts.model_fields} if row else {}
    place = {"campaign_id": code.campaign_id if code else None, "mechanism": code.mechanism if code else ""}
    sizes = [chat.members for chat in chats if chat.state is not ChatState.DISMISSED]
    room = judge_room(sizes, way.auto_create)
    return JoinWayInfo.model_validate(values | place | {"chats": chats, "counts": counts, "room": room})


def _made(way: JoinWayRow, counts: Mapping[str, Row[Any]]) -> list[str]:
    """Group chats that people came into by this code and that nobody listed: the platform made them."""
    row = counts.get(way.state_code)
    return [chat_id for chat_id in row.chats if chat_id not in way.chats] if row else []


def _show_way_chat(
    chat_id: str, chats: Mapping[str, GroupChatRow], sizes: Mapping[str, Row[Any]], made: bool
) -> JoinWayChat:
    chat, size = chats.get(chat_id), sizes.get(chat_id)
    return JoinWayChat(
        id=chat.id if chat else None,
        chat_id=chat_id,
        name=chat.name if chat else "",
        state=ChatState(chat.state) if chat else ChatState.UNREAD,
        members=(chat.staff if chat else 0) + (size.customers if size else 0),
        capacity=load_limits()["group_chat"]["capacity"],
        made=made,
    )
