"""Erasure: what waits for whoever was erased does not leave, and no words to them are kept."""

from collections.abc import Sequence

from weloop.contracts.identities import IdentitiesForgotten
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork
from weloop.outbox import repository
from weloop.outbox.outcomes import bare_command, outcome_event
from weloop.outbox.rules import Next

ERASED = "erased"


async def forget_commands(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """End what is queued for these, and settle what is dead. What is being sent at this moment goes out; what does not
    is not tried again, and no words of it are kept. Nothing of theirs counts any more.
    """
    identities = frozenset().union(*(each.identities for each in forgotten))
    for row in await repository.forget(unit.connection, identities, unit.now, ERASED):
        if row.was_queued:
            step = Next(row.state, unsure=row.unsure, error_code=ERASED, gates=ERASED)
            unit.append(outcome_event(unit, bare_command(row), row.attempts + 1, step))
    await run(
        unit.connection,
        "UPDATE command SET counted_at = NULL WHERE subject_id = ANY ($1::bigint[]) AND counted_at IS NOT NULL",
        sorted(identities),
    )
    unit.publish("outbox")
    unit.publish("dead_letters")


async def forget_counts(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Keep no number of messages to these. To be called once nothing that would be pruned into one counts any more:
    whoever prunes some of it at this moment has then been waited for.
    """
    identities = frozenset().union(*(each.identities for each in forgotten))
    await run(unit.connection, "DELETE FROM service_count WHERE identity_id = ANY ($1::bigint[])", sorted(identities))
