"""The face of the sources feature."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from weloop.features.sources import repository
from weloop.features.sources.rules import Status
from weloop.features.sources.sparing import spare_full_members
from weloop.kit.clock import beijing_date
from weloop.kit.unit import UnitOfWork

__all__ = ["SourceRef", "SourceTotals", "find_by_states", "list_attachments", "read_totals", "spare_full_members"]

MOST_ATTACHMENTS = 100
"""More than anybody chooses from in a chat."""


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A source as other modules know it."""

    id: int
    name: str
    account_id: int
    state_code: str


@dataclass(frozen=True, slots=True)
class SourceTotals:
    """How sources stand: how many exist, how many are ready, welcomes sent ever and on this Beijing day."""

    existing: int
    ready: int
    welcomes_sent: int
    welcomes_sent_today: int


async def find_by_states(unit: UnitOfWork, states: Collection[str]) -> dict[str, SourceRef]:
    """Sources by state code, deleted ones too."""
    rows = await repository.find_by_states(unit.session, states)
    return {row.state_code: SourceRef(row.id, row.name, row.account_id, row.state_code) for row in rows}


async def list_attachments(unit: UnitOfWork) -> list[dict[str, Any]]:
    """Links, pictures and files that welcomes offer, each once: ``type`` and the fields of that type."""
    return await repository.list_attachments(unit.connection, MOST_ATTACHMENTS)


async def read_totals(unit: UnitOfWork) -> SourceTotals:
    """For the overview."""
    by_status = await repository.count_by_status(unit.session)
    sent, sent_today = await repository.sum_welcomes(unit.connection, beijing_date(unit.now))
    existing = sum(count for status, count in by_status.items() if status != Status.DELETED)
    return SourceTotals(existing, by_status.get(Status.READY, 0), sent, sent_today)
