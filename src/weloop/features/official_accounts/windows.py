"""Messages that operators write to followers while a window is open, and what opens and uses up windows."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import AccountRef, list_accounts
from weloop.contracts.accounts import AccountKind
from weloop.contracts.commands import CommandName
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.features.official_accounts import window_rows
from weloop.features.official_accounts.messages import send_message
from weloop.features.official_accounts.models import ServiceMessageRow
from weloop.features.official_accounts.rules import Room, check_text, find_room
from weloop.features.official_accounts.scene_qrs import TOPIC
from weloop.features.official_accounts.schemas import LastMessage, MessageInput, WindowInfo
from weloop.identity.api import find_refs, need_person
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import Window

OPENINGS = {
    EventKind.FOLLOWER_MESSAGE_RECEIVED: "message",
    EventKind.FOLLOWER_SUBSCRIBED: "event",
    EventKind.FOLLOWER_SCANNED: "event",
    EventKind.MENU_CLICKED: "event",
    EventKind.FOLLOWER_UNSUBSCRIBED: "left",
}


_SPENDING = (EventKind.COMMAND_SENT, EventKind.COMMAND_UNCERTAIN)


async def read_windows(unit: UnitOfWork, identities: Collection[int]) -> dict[int, Window]:
    """What the platform still allows of messages to each; those whose acts nobody told us of are left out."""
    moments: defaultdict[int, dict[str, tuple[datetime, int]]] = defaultdict(dict)
    for row in await window_rows.load_windows(unit.connection, identities):
        moments[row.identity_id][row.what] = row.opened_at, row.used
    rooms = {each: find_room(known, unit.now) for each, known in moments.items()}
    return {each: Window(room.until, room.left) for each, room in rooms.items()}


async def list_windows(unit: UnitOfWork, person_id: int) -> list[WindowInfo]:
    """The person at each of our official accounts: until when and how many messages may be sent."""
    followers = await _followers(unit, await need_person(unit, person_id))
    ids = [ref.id for _, ref in followers]
    rooms = await _rooms(unit, ids)
    last = await window_rows.load_last(unit.connection, ids)
    return [_info(account, rooms[ref.id], last.get(ref.id)) for account, ref in followers]


def _info(account: AccountRef, room: Room, last: Any) -> WindowInfo:
    message = LastMessage(state=last.state, failure=last.failure, at=last.created_at) if last is not None else None
    return WindowInfo(
        account_id=account.id,
        account_name=account.name,
        follows=room.follows,
        open_until=room.until,
        left=room.left,
        most=room.most,
        last=message,
    )


async def write_message(unit: UnitOfWork, user: CurrentUser, person_id: int, given: MessageInput) -> None:
    """Send a text while a window is open; the same ``draft`` twice is one message."""
    text = check_text(given.text, "text")
    if not text:
        raise InvalidInput("there is nothing to send", code="message_empty")
    person_id = await need_person(unit, person_id)
    found = [pair for pair in await _followers(unit, person_id) if pair[0].id == given.account_id]
    if not found:
        raise NotFound("the person is unknown to this account", code="follower_unknown")
    _, ref = found[0]
    await window_rows.lock_identity(unit.connection, ref.id)
    key = f"service:{ref.id}:{given.draft}"
    if await window_rows.lock_messages(unit.session, [key]):
        return
    until = _check((await _rooms(unit, [ref.id]))[ref.id])
    row = ServiceMessageRow(key=key, identity_id=ref.id, state="sending", created_by=user.id, created_at=unit.now)
    unit.session.add(row)
    send_message(
        unit,
        key=key,
        account_id=given.account_id,
        identity_id=ref.id,
        openid=ref.value,
        text=text,
        ref="",
        expires_at=until,
        answers=unit.now,
        by_hand=True,
    )
    record_act(unit, user.id, "service_message_written", f"person:{person_id}", {})
    _publish(unit, person_id)


def _check(room: Room) -> datetime:
    """Until when a message may leave; refused with what would have to happen first."""
    if not room.follows:
        raise Conflict("the person does not follow the account", code="follower_gone")
    if room.most and not room.left:
        raise Conflict("the messages of this window are used up", code="window_used_up", max=room.most)
    if room.until is None:
        raise Conflict("no window is open", code="window_closed")
    return room.until


async def _followers(unit: UnitOfWork, person_id: int) -> list[tuple[AccountRef, IdentityRef]]:
    refs = await find_refs(unit, person_id)
    accounts = {ref.app_id: ref for ref in await list_accounts(unit) if ref.kind is AccountKind.OFFICIAL_ACCOUNT}
    return [(accounts[ref.scope], ref) for ref in refs if ref.kind is IdentityKind.FOLLOWER and ref.scope in accounts]


async def _rooms(unit: UnitOfWork, identities: Collection[int]) -> dict[int, Room]:
    rows = await window_rows.load_windows(unit.connection, identities)
    return {
        each: find_room({row.what: (row.opened_at, row.used) for row in rows if row.identity_id == each}, unit.now)
        for each in identities
    }


def _publish(unit: UnitOfWork, person_id: int) -> None:
    unit.publish(TOPIC)
    unit.publish(f"person:{person_id}")


async def follow_windows(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Note what opens windows and closes them; of the menu's buttons only those that are answered open one."""
    moments: dict[tuple[int, str], datetime] = {}
    for event in events:
        is_other = event.kind is EventKind.MENU_CLICKED and event.data.get("type") != "click"
        if event.identity_id is None or is_other:
            continue
        key = (event.identity_id, OPENINGS[event.kind])
        moments[key] = max(moments.get(key, event.occurred_at), event.occurred_at)
    if moments:
        await window_rows.put_windows(unit.connection, moments)
        unit.publish(TOPIC)


async def use_windows(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Note messages that went out, or may have, and what became of those that operators wrote."""
    ours = [event for event in events if event.data.get("command") == CommandName.SEND_SERVICE_MESSAGE]
    spent = [event for event in ours if event.kind in _SPENDING]
    uses = [(event.id, event.identity_id, event.occurred_at) for event in spent if event.identity_id is not None]
    if uses:
        await window_rows.insert_uses(unit.connection, uses)
    rows = await window_rows.lock_messages(unit.session, {str(event.data["key"]) for event in ours}) if ours else {}
    for event in ours:
        row = rows.get(str(event.data["key"]))
        if row is not None:
            row.state, row.failure = _outcome(event)
    await unit.session.flush()
    if ours:
        unit.publish(TOPIC)


def _outcome(event: Event) -> tuple[str, dict[str, Any] | None]:
    if event.kind is EventKind.COMMAND_SENT:
        return "sent", None
    code = "platform_uncertain" if event.kind is EventKind.COMMAND_UNCERTAIN else event.data.get("code")
    params = {name: event.data[name] for name in ("errcode", "reason") if event.data.get(name) is not None}
    return "failed", {"code": code, "params": params}
