"""Pure policy: may this command leave now? Asked for every single command at send time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from weloop.contracts.commands import Command


@dataclass(frozen=True, slots=True)
class Allow:
    """It may leave."""


@dataclass(frozen=True, slots=True)
class Defer:
    """Not before ``until``."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never; ``reason`` is a stable code that the UI translates."""

    reason: str


Verdict: TypeAlias = Allow | Defer | Refuse
Policy: TypeAlias = Callable[[Command, datetime], Verdict]


def decide(command: Command, now: datetime) -> Verdict:
    """The first policy: what has expired does not leave."""
    if command.expires_at is not None and now >= command.expires_at:
        return Refuse("expired")
    return Allow()
