"""The face of the outbox. Enqueueing is ``unit.enqueue(Command(...))``."""

from datetime import datetime

from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.dead import count_dead, settle_command
from weloop.outbox.foresight import Foreseen, foresee
from weloop.outbox.policy import Window
from weloop.outbox.registry import Senders
from weloop.outbox.relay import Relay, RelayLimits
from weloop.outbox.writer import write_commands

__all__ = [
    "Foreseen",
    "Relay",
    "RelayLimits",
    "Senders",
    "Window",
    "count_dead",
    "foresee",
    "read_next",
    "settle_command",
    "write_commands",
]


async def read_next(unit: UnitOfWork) -> tuple[datetime | None, bool]:
    """World time at which the next command falls due, and whether any is being sent."""
    return await repository.read_next(unit.connection)
