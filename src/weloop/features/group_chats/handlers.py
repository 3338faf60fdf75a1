"""What group chats make of events: when to look again, what a look has found, and who has come and gone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from weloop.accounts.api import list_accounts
from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.features.group_chats import repository
from weloop.features.group_chats.commands import fetch_chat
from weloop.features.group_chats.models import GroupChatRow
from weloop.features.group_chats.outcomes import OUTCOMES, take_way_outcomes
from weloop.features.group_chats.rules import LISTED, ChatState
from weloop.features.group_chats.service import TOPIC
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork


async def look_again(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle GroupChatChanged: whatever it says, the list of members is read anew.

    A missed callback (``last_version`` is none that we know) needs nothing more: the next look heals it.
    """
    seen = {str(event.data["chat_id"]): event for event in reversed(events)}
    rows = [(chat_id, event.account_id, event.occurred_at) for chat_id, event in seen.items()]
    await repository.see_chats(unit.connection, rows)
    await _note_quits(unit, events)
    chats = await repository.lock_chats(unit.session, seen)
    corps = {ref.id: ref.app_id for ref in await list_accounts(unit)}
    for event in events:
        chat = chats[str(event.data["chat_id"])]
        _take_change(chat, event)
        if chat.account_id not in corps and event.account_id in corps:
            # The account that read it was removed; the one that hears of it now takes over.
            chat.account_id = event.account_id
        if chat.account_id in corps and event.id > chat.heard_event:
            chat.heard_event = event.id
            fetch_chat(unit, event, chat.account_id, corps[chat.account_id])
    await unit.session.flush()
    unit.publish(TOPIC)


def _take_change(chat: GroupChatRow, event: Event) -> None:
    status = event.data.get("status")
    if event.data["change"] == "dismiss":
        chat.state = ChatState.DISMISSED
    elif isinstance(status, int) and chat.state != ChatState.DISMISSED:
        chat.state = LISTED.get(status, ChatState.NORMAL)


async def _note_quits(unit: UnitOfWork, events: Sequence[Event]) -> None:
    rows = []
    for event in events:
        members, scene = event.data.get("members"), event.data.get("quit_scene")
        if event.data.get("detail") == "del_member" and isinstance(members, list):
            scene = scene if isinstance(scene, int) else None
            rows += [(str(event.data["chat_id"]), int(str(member)), event.occurred_at, scene) for member in members]
    if rows:
        await repository.add_quits(unit.connection, rows)


async def take_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of our commands."""
    fetched = [
        event
        for event in events
        if event.kind is EventKind.COMMAND_SENT and event.data.get("command") == CommandName.FETCH_GROUP_CHAT
    ]
    if fetched:
        await _take_looks(unit, fetched)
    await take_way_outcomes(unit, events)


async def _take_looks(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """What the platform told of group chats; the newest look at each counts, whenever its outcome arrives."""
    looks = [result for event in events if isinstance(result := event.data.get("result"), Mapping)]
    chats = await repository.lock_chats(unit.session, {str(look.get("chat_id")) for look in looks})
    for look in looks:
        chat = chats.get(str(look.get("chat_id")))
        at = _moment(look.get("fetched_at"))
        if chat is None or at is None or (chat.fetched_at is not None and chat.fetched_at > at):
            continue
        chat.fetched_at = at
        _take_look(chat, look)
    await unit.session.flush()
    unit.publish(TOPIC)


def _take_look(chat: GroupChatRow, look: Mapping[str, object]) -> None:
    if look.get("gone"):
        chat.state = ChatState.DISMISSED
        return
    if chat.state == ChatState.UNREAD:
        chat.state = ChatState.NORMAL
    chat.name, chat.owner = str(look.get("name") or ""), str(look.get("owner") or "")
    chat.version = str(look.get("version") or "")
    staff = look.get("staff")
    chat.staff = staff if isinstance(staff, int) else 0
    chat.created_at = _moment(look.get("created_at")) or chat.created_at


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) and seconds > 0 else None


async def count_members(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle GroupJoined and GroupLeft: one row for each stay, the same in whatever order they come."""
    ours = [event for event in events if event.identity_id is not None]
    joins = [
        (
            str(event.data["chat_id"]),
            event.identity_id,
            event.occurred_at,
            str(event.data.get("state") or ""),
            event.data.get("join_scene"),
            str(event.data.get("invitor") or ""),
        )
        for event in ours
        if event.kind is EventKind.GROUP_JOINED
    ]
    leaves = [
        (
            str(event.data["chat_id"]),
            event.identity_id,
            _moment(event.data.get("joined")) or event.occurred_at,
            event.occurred_at,
            event.data.get("quit_scene"),
        )
        for event in ours
        if event.kind is EventKind.GROUP_LEFT
    ]
    if joins:
        await repository.add_joins(unit.connection, joins)
    if leaves:
        await repository.add_leaves(unit.connection, leaves)
    unit.publish(TOPIC)


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    ((EventKind.GROUP_CHAT_CHANGED,), look_again),
    (OUTCOMES, take_outcomes),
    ((EventKind.GROUP_JOINED, EventKind.GROUP_LEFT), count_members),
)
"""To be registered with the inbox."""
