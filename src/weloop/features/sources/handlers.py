"""What sources make of events: outcomes of their commands, and the counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from weloop.contracts.commands import CommandName
from weloop.contracts.events import Event, EventKind
from weloop.features.sources import repository
from weloop.features.sources.commands import NAMES, send_next
from weloop.features.sources.models import Source
from weloop.features.sources.rules import Status, Touch, What, attribute
from weloop.features.sources.service import rule_key
from weloop.features.sources.sparing import TOPIC
from weloop.inbox.api import EventHandler
from weloop.journeys.api import remove_rule
from weloop.kit.clock import beijing_date
from weloop.kit.unit import UnitOfWork

Deltas: TypeAlias = Counter[tuple[int, date, str]]
"""Change of a count by source id, Beijing day and what."""
_OUTCOMES = (EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED, EventKind.COMMAND_UNCERTAIN)
_FRIENDSHIP = {
    EventKind.CONTACT_ADDED: What.ADDED,
    EventKind.CONTACT_REMOVED: What.LOST,
    EventKind.CONTACT_LOST: What.LOST,
}
_WELCOME = {
    EventKind.COMMAND_SENT: What.WELCOME_SENT,
    EventKind.COMMAND_FAILED: What.WELCOME_FAILED,
    EventKind.WELCOME_SKIPPED: What.WELCOME_FAILED,
}
_OURS = frozenset(str(name) for name in NAMES.values())
GONE_ERRCODES = frozenset({41044})
"""The platform knows no such contact way: deleting it has succeeded already."""


async def handle_outcomes(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle what became of contact-way commands. Outcomes of commands that are not on their way change nothing."""
    ours = [
        (event, int(str(event.data["ref"]).split(":")[0])) for event in events if event.data.get("command") in _OURS
    ]
    if not ours:
        return
    sources = await repository.lock_sources(unit.session, {source_id for _, source_id in ours})
    for event, source_id in ours:
        source = sources.get(source_id)
        if source is not None:
            await _take_outcome(unit, source, event)
    await unit.session.flush()
    unit.publish(TOPIC)


async def _take_outcome(unit: UnitOfWork, source: Source, event: Event) -> None:
    data = event.data
    is_pending = source.pending_key == data["key"]
    # A lost creation that a person repeated successfully brings the contact way after all.
    is_late = data["command"] == CommandName.CREATE_CONTACT_WAY and source.config_id is None
    if not is_pending and not (is_late and event.kind is EventKind.COMMAND_SENT and source.pending_key is None):
        return
    source.pending_key = None
    source.updated_at = unit.now
    if event.kind is EventKind.COMMAND_SENT or _is_gone(event):
        _take_success(source, event)
    else:
        source.status, source.failure = _after_failure(source, event)
    if source.status in (Status.CREATING, Status.DELETING):
        send_next(unit, source)
    if source.status == Status.DELETED:
        await remove_rule(unit, rule_key(source.id))


def _about(event: Event) -> tuple[int, int]:
    """Source id and version that a command was made for."""
    source_id, version = str(event.data["ref"]).split(":")
    return int(source_id), int(version)


def _is_gone(event: Event) -> bool:
    return event.data["command"] == CommandName.DELETE_CONTACT_WAY and event.data.get("errcode") in GONE_ERRCODES


def _take_success(source: Source, event: Event) -> None:
    """Note what the platform now has; a wish that is newer, or to be deleted, stays open."""
    command, result = event.data["command"], event.data.get("result")
    if command == CommandName.DELETE_CONTACT_WAY:
        source.status, source.failure, source.config_id = Status.DELETED, None, None
        return
    if command == CommandName.CREATE_CONTACT_WAY and isinstance(result, Mapping):
        source.config_id, source.qr_code = str(result["config_id"]), str(result["qr_code"])
    if source.status == Status.FAILED or source.version == _about(event)[1]:
        is_wanted = source.status != Status.DELETING
        source.status, source.failure = (Status.READY, None) if is_wanted else (source.status, None)


def _after_failure(source: Source, event: Event) -> tuple[str, dict[str, Any] | None]:
    """A wish that came after the failed command is still tried; otherwise the failure stands."""
    is_newer = source.version > _about(event)[1]
    if is_newer and source.status in (Status.CREATING, Status.DELETING):
        return source.status, None
    return Status.FAILED, _failure(event)


def _failure(event: Event) -> dict[str, Any]:
    code = "platform_uncertain" if event.kind is EventKind.COMMAND_UNCERTAIN else event.data.get("code")
    params = {name: event.data[name] for name in ("errcode", "reason") if event.data.get(name) is not None}
    step = next(step for step, name in NAMES.items() if name == event.data["command"])
    return {"code": code, "params": params, "step": step, "key": event.data["key"]}


async def count_touches(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Count adds, losses and welcomes: all days of a batch in one statement, or two workers could wait in a circle."""
    deltas: Deltas = Counter()
    await _count_friendships(unit, [event for event in events if event.kind in _FRIENDSHIP], deltas)
    await _count_welcomes(unit, [event for event in events if event.kind in _WELCOME and _is_welcome(event)], deltas)
    await _add(unit, deltas)


async def _count_friendships(unit: UnitOfWork, events: Sequence[Event], deltas: Deltas) -> None:
    """Each friendship's story is told anew, so the order of arrival does not matter."""
    by_state = await _find_ids(unit, {str(event.data.get("state") or "") for event in events})
    rows = [
        (
            event.id,
            event.identity_id,
            str(event.data.get("staff") or ""),
            event.occurred_at,
            _FRIENDSHIP[event.kind],
            by_state.get(str(event.data.get("state") or "")),
            None,
        )
        for event in events
        if event.identity_id is not None
    ]
    if not rows:
        return
    await repository.insert_touches(unit.connection, rows)
    await _tell_stories(unit, {(int(row[1] or 0), row[2]) for row in rows}, deltas)


async def _tell_stories(unit: UnitOfWork, friendships: set[tuple[int, str]], deltas: Deltas) -> None:
    stories: dict[tuple[int, str], list[Touch]] = {}
    old: dict[int, Any] = {}
    for row in await repository.load_stories(unit.connection, friendships):
        touch = Touch(row.event_id, row.occurred_at, What(row.what), row.named_source_id)
        stories.setdefault((row.identity_id, row.staff), []).append(touch)
        old[row.event_id] = row
    counts = [item for touches in stories.values() for item in attribute(touches).items()]
    changed = [(event_id, source_id) for event_id, source_id in counts if old[event_id].source_id != source_id]
    for event_id, source_id in changed:
        row = old[event_id]
        _count(deltas, row.source_id, row.occurred_at, row.what, -1)
        _count(deltas, source_id, row.occurred_at, row.what, 1)
    if changed:
        await repository.set_attribution(unit.connection, changed)


async def _count_welcomes(unit: UnitOfWork, welcomes: Sequence[Event], deltas: Deltas) -> None:
    """Welcome messages that went out, and those that did not."""
    by_state = await _find_ids(unit, {str(event.data.get("ref") or "") for event in welcomes})
    rows = []
    for event in welcomes:
        source_id = by_state.get(str(event.data.get("ref") or ""))
        if source_id is not None:
            what = _WELCOME[event.kind]
            rows.append((event.id, event.identity_id or 0, "", event.occurred_at, what, source_id, source_id))
    if not rows:
        return
    new = await repository.insert_touches(unit.connection, rows)
    for row in rows:
        if row[0] in new:
            _count(deltas, row[6], row[3], row[4], 1)


def _is_welcome(event: Event) -> bool:
    return event.kind is EventKind.WELCOME_SKIPPED or event.data.get("command") == CommandName.SEND_WELCOME


async def _find_ids(unit: UnitOfWork, states: set[str]) -> dict[str, int]:
    """By state code alone, whichever account heard of it: each app of one corp is told of the same friendship."""
    wanted = states - {""}
    if not wanted:
        return {}
    rows = await repository.find_by_states(unit.session, wanted)
    return {row.state_code: row.id for row in rows}


def _count(deltas: Deltas, source_id: int | None, at: Any, what: str, change: int) -> None:
    if source_id is not None:
        deltas[source_id, beijing_date(at), str(what)] += change


async def _add(unit: UnitOfWork, deltas: Deltas) -> None:
    changes = {key: change for key, change in deltas.items() if change}
    if changes:
        await repository.add_to_days(unit.connection, changes)
        unit.publish(TOPIC)


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = (
    (_OUTCOMES, handle_outcomes),
    ((*_FRIENDSHIP, *_WELCOME), count_touches),
)
"""To be registered with the inbox."""
