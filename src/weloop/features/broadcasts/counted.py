"""Messages that are no commands of their own and count against caps: by members, and by lists of official accounts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from weloop.features.broadcasts import repository
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks import api as mass_tasks


async def load_counted(unit: UnitOfWork, identities: Collection[int], since: datetime) -> Sequence[Any]:
    """All of them; see ``outbox.facts.Counted``."""
    by_members = await mass_tasks.load_counted(unit, identities, since)
    return [*by_members, *await repository.load_counted(unit.connection, identities, since)]
