"""Erasure: what waits for whoever was erased does not leave, and no words to them are kept."""

from collections.abc import Sequence

from weloop.contracts.identities import IdentitiesForgotten
from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.outcomes import bare_command, outcome_event
from weloop.outbox.retention import forget_counts
from weloop.outbox.rules import Next

ERASED = "erased"


async def forget_commands(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """End what is queued for these, and settle what is dead. What is being sent at this moment goes out; what does not
    is not tried again, and no words of it are kept.
    """
    identities = frozenset().union(*(each.identities for each in forgotten))
    await forget_counts(unit, identities)
    for row in await repository.forget(unit.connection, identities, unit.now, ERASED):
        if row.was_queued:
            step = Next(row.state, unsure=row.unsure, error_code=ERASED, gates=ERASED)
            unit.append(outcome_event(unit, bare_command(row), row.attempts + 1, step))
    unit.publish("outbox")
    unit.publish("dead_letters")
