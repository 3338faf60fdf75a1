"""The events of a dry run: a trigger's own, filled so that its conditions hold, or any kind with any data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from weloop.contracts.conditions import Compare, Condition, Group, OneOf
from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import Event, EventKind
from weloop.journeys.definition import Definition, Trigger, triggers_of

CODE = "dry_run"
"""Stands for the welcome code that a real ContactAdded brings."""


@dataclass(frozen=True, slots=True)
class ScriptedEvent:
    """An event ``after_seconds`` from the start. ``trigger``: the number of one of the journey's own triggers, whose
    kind, account and conditions fill what is not given here; without one there is a ``kind``.
    """

    after_seconds: int
    trigger: int | None = None
    kind: EventKind | None = None
    account_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def write_events(
    definition: Definition, script: Sequence[ScriptedEvent], identity_id: int, start: datetime
) -> list[Event]:
    """The script as it happens to somebody, in order; InvalidInput."""
    triggers = [trigger for _, trigger in triggers_of(definition)]
    ordered = sorted(script, key=lambda each: each.after_seconds)
    return [_write(triggers, each, number, identity_id, start) for number, each in enumerate(ordered, 1)]


def _write(
    triggers: Sequence[Trigger], scripted: ScriptedEvent, number: int, identity_id: int, start: datetime
) -> Event:
    trigger = None
    if scripted.trigger is not None:
        if not 0 <= scripted.trigger < len(triggers):
            raise InvalidInput(f"the journey has no trigger {scripted.trigger}")
        trigger = triggers[scripted.trigger]
    kind = scripted.kind or (trigger.kind if trigger is not None else None)
    if kind is None:
        raise InvalidInput("an event has a kind or a trigger")
    data: dict[str, Any] = {}
    if trigger is not None:
        fulfil(trigger.where, data)
    data |= scripted.data
    account_id = scripted.account_id or (trigger.account_id if trigger is not None else None) or 0
    moment = start + timedelta(seconds=scripted.after_seconds)
    personal = {"welcome_code": CODE} if kind is EventKind.CONTACT_ADDED else {}
    return Event(number, account_id, kind, moment, moment, None, identity_id, data, personal, (), None, CODE)


def fulfil(condition: Condition | None, data: dict[str, Any]) -> None:
    """Put into an event's data what a condition on it asks for, as far as one value says it."""
    if isinstance(condition, Group):
        terms = {"all": condition.terms, "any": condition.terms[:1], "none": ()}[condition.op]
        for term in terms:
            fulfil(term, data)
    elif isinstance(condition, OneOf):
        _put(data, condition.field, condition.value[0])
    elif isinstance(condition, Compare) and condition.op != "is_not":
        value = condition.value
        if condition.op in ("more", "less") and isinstance(value, int | float):
            value += 1 if condition.op == "more" else -1
        _put(data, condition.field, value)


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    source, *path, last = name.split(".")
    if source != "event":
        return
    for part in path:
        inner = data.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[last] = value
