"""What became of the commands of join ways."""

from collections.abc import Mapping, Sequence
from typing import Any

from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.features.group_chats import join_ways
from weloop.features.group_chats.commands import NAMES, send_next
from weloop.features.group_chats.models import JoinWayRow
from weloop.features.group_chats.rules import Status
from weloop.features.group_chats.service import TOPIC
from weloop.kit.unit import UnitOfWork

OUTCOMES = (EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED, EventKind.COMMAND_UNCERTAIN)
_OURS = frozenset(str(name) for name in NAMES.values())


async def take_way_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Outcomes of commands that are not on their way change nothing."""
    ours = [(event, _about(event)[0]) for event in events if event.data.get("command") in _OURS]
    if not ours:
        return
    ways = await join_ways.lock_ways(unit.session, {way_id for _, way_id in ours})
    for event, way_id in ours:
        way = ways.get(way_id)
        if way is not None:
            _take_outcome(unit, way, event)
    await unit.session.flush()
    unit.publish(TOPIC)


def _take_outcome(unit: UnitOfWork, way: JoinWayRow, event: Event) -> None:
    is_sent = event.kind is EventKind.COMMAND_SENT
    is_pending = way.pending_key == event.data["key"]
    # A lost creation that a person repeated successfully brings the join way after all.
    is_late = event.data["command"] == CommandName.CREATE_JOIN_WAY and way.config_id is None
    if not is_pending and not (is_late and is_sent and way.pending_key is None):
        return
    way.pending_key = None
    way.updated_at = unit.now
    if is_sent:
        _take_success(way, event)
    else:
        way.status, way.failure = _after_failure(way, event)
    if way.status in (Status.CREATING, Status.DELETING):
        send_next(unit, way)


def _about(event: Event) -> tuple[int, int]:
    """Join way id and version that a command was made for."""
    way_id, version = str(event.data["ref"]).split(":")
    return int(way_id), int(version)


def _take_success(way: JoinWayRow, event: Event) -> None:
    """Note what the platform now has; a wish that is newer, or to be deleted, stays open."""
    if event.data["command"] == CommandName.DELETE_JOIN_WAY:
        way.status, way.failure, way.config_id = Status.DELETED, None, None
        return
    result = event.data.get("result")
    if isinstance(result, Mapping):
        file_id = result.get("file_id")
        way.config_id = str(result.get("config_id") or way.config_id or "") or None
        way.qr_code = str(result.get("qr_code") or "") or way.qr_code
        way.file_id = file_id if isinstance(file_id, int) else way.file_id
    is_current = way.status == Status.FAILED or way.version == _about(event)[1]
    if is_current and way.status != Status.DELETING:
        # Without its picture a join way is of no use yet: the update that follows brings it.
        way.status, way.failure = (Status.READY if way.file_id else Status.CREATING), None


def _after_failure(way: JoinWayRow, event: Event) -> tuple[str, dict[str, Any] | None]:
    """A wish that came after the failed command is still tried; otherwise the failure stands."""
    is_newer = way.version > _about(event)[1]
    if is_newer and way.status in (Status.CREATING, Status.DELETING):
        return way.status, None
    return Status.FAILED, _failure(event)


def _failure(event: Event) -> dict[str, Any]:
    code = "platform_uncertain" if event.kind is EventKind.COMMAND_UNCERTAIN else event.data.get("code")
    params = {name: event.data[name] for name in ("errcode", "reason") if event.data.get(name) is not None}
    step = next(step for step, name in NAMES.items() if name == event.data["command"])
    return {"code": code, "params": params, "step": step, "key": event.data["key"]}
