"""Enqueueing: what a unit of work collected becomes rows, in its transaction."""

from collections.abc import Sequence

from weloop.contracts.commands import Command
from weloop.kit.db import to_json
from weloop.kit.ids import trace
from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.rules import write_occasion


async def write_commands(unit: UnitOfWork, commands: Sequence[Command]) -> None:
    """Insert the commands of a unit of work; a known key is left as it is. What is replayed wants none."""
    if unit.replays:
        return
    distinct = {command.key: command for command in reversed(commands)}
    rows = [
        (
            command.key,
            str(command.name),
            command.account_id,
            to_json(command.body),
            str(command.delivery),
            int(command.lane),
            command.subject_id,
            command.due or unit.now,
            command.expires_at,
            command.coalesce,
            command.trace_id or trace.get(),
            command.ref,
            None if command.occasion is None else to_json(write_occasion(command.occasion)),
            command.queue,
        )
        for command in distinct.values()
    ]
    await repository.enqueue(unit.connection, rows, unit.now)
    unit.publish("outbox")
