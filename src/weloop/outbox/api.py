"""The face of the outbox. Enqueueing is ``unit.enqueue(Command(...))``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from weloop.contracts.accounts import AccountRecovered
from weloop.contracts.commands import MessageClass
from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository, taking_back
from weloop.outbox.dead import count_dead, settle_command
from weloop.outbox.facts import Counted, Windows
from weloop.outbox.foresight import Foreseen, Readiness, foresee, foresee_each, foresee_post
from weloop.outbox.forgetting import forget_commands, forget_counts
from weloop.outbox.held import count_ahead, find_held
from weloop.outbox.judging import judge
from weloop.outbox.meters import forget_uses, person_quota
from weloop.outbox.outcomes import failure_of
from weloop.outbox.policy import OF_ALL, Allow, Defer, Gate, Judged, Reason, Refuse, Window
from weloop.outbox.posts import REST, find_members, keep_members
from weloop.outbox.quotas import Quota, load_quotas
from weloop.outbox.registry import Senders
from weloop.outbox.relay import Relay, RelayLimits
from weloop.outbox.retention import keep_counts, prune_commands
from weloop.outbox.writer import write_commands

__all__ = [
    "OF_ALL",
    "REST",
    "Allow",
    "Counted",
    "Defer",
    "Foreseen",
    "Gate",
    "Judged",
    "Quota",
    "Readiness",
    "Reason",
    "Refuse",
    "Relay",
    "RelayLimits",
    "Senders",
    "Window",
    "Windows",
    "count_ahead",
    "count_dead",
    "count_sent",
    "failure_of",
    "find_held",
    "find_members",
    "follow_recoveries",
    "foresee",
    "foresee_each",
    "foresee_post",
    "forget_commands",
    "forget_counts",
    "forget_uses",
    "has_open",
    "judge",
    "keep_counts",
    "keep_members",
    "load_quotas",
    "person_quota",
    "prune_commands",
    "read_next",
    "settle_command",
    "withdraw",
    "write_commands",
]


async def follow_recoveries(unit: UnitOfWork, recovered: Sequence[AccountRecovered]) -> None:
    """What waited for these accounts is judged again at once."""
    await repository.resume(unit.connection, {each.account_id for each in recovered}, unit.now)
    unit.publish("outbox")


async def count_sent(
    unit: UnitOfWork, since: Mapping[int, date], message_class: MessageClass | None = None
) -> dict[int, int]:
    """By account how many messages of a class, or None: of all, went out after a Beijing day of its own."""
    return await repository.count_sent(unit.connection, since, message_class)


async def withdraw(unit: UnitOfWork, keys: Collection[str]) -> list[str]:
    """Take back commands that wait and of which surely nothing has left; their keys, which may be used again."""
    return await taking_back.withdraw(unit.connection, keys)


async def has_open(unit: UnitOfWork, keys: Collection[str]) -> bool:
    """Whether any of these commands is being sent and may come back, or waits and could be taken back."""
    return await taking_back.has_open(unit.connection, keys)


async def read_next(unit: UnitOfWork) -> tuple[datetime | None, bool]:
    """World time at which the next command falls due, and whether any is being sent."""
    return await repository.read_next(unit.connection)
