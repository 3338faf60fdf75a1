"""What the platform still allows of messages to who wrote to customer service."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from weloop.contracts.commands import CommandName
from weloop.contracts.events import EventKind
from weloop.inbox.api import read_events_of
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import Window

KNOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class WindowLimits:
    """A message of the customer opens a window of ``hours`` for so many ``messages``; the next one opens it anew."""

    hours: int
    messages: int


@cache
def load_limits() -> WindowLimits:
    """From ``limits.toml`` beside this file."""
    text = resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8")
    given = tomllib.loads(text)["window"]
    return WindowLimits(given["hours"], given["messages"])


async def read_windows(unit: UnitOfWork, identities: Collection[int]) -> dict[int, Window]:
    """By identity of customer service; whoever nobody heard of within ``KNOWN`` is left out: the platform is asked."""
    limits = load_limits()
    length = timedelta(hours=limits.hours)
    kinds = (EventKind.KF_MESSAGE_RECEIVED, EventKind.COMMAND_SENT, EventKind.COMMAND_UNCERTAIN)
    rows = await read_events_of(unit.connection, identities, kinds, unit.now - KNOWN)
    opened: dict[int, datetime] = {}
    for row in rows:
        if row.kind == EventKind.KF_MESSAGE_RECEIVED:
            opened[row.identity_id] = max(opened.get(row.identity_id, row.occurred_at), row.occurred_at)
    used = dict.fromkeys(opened, 0)
    for row in rows:
        since = opened.get(row.identity_id)
        if row.data.get("command") == CommandName.SEND_KF_MESSAGE and since is not None and row.occurred_at >= since:
            used[row.identity_id] += 1
    return {
        each: Window(at + length, limits.messages - used[each]) if at + length > unit.now else Window(None, 0)
        for each, at in opened.items()
    }
