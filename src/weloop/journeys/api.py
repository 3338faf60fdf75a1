"""The face of journeys (自动化流程)."""

from datetime import datetime

from weloop.journeys import repository
from weloop.journeys.handlers import HANDLERS, end_forgotten, end_runs_of, fold_moves
from weloop.journeys.publishing import WebhookAccounts, no_webhooks
from weloop.journeys.runner import JourneyRunner
from weloop.journeys.welcome import put_welcome_rule, remove_rule
from weloop.kit.unit import UnitOfWork

__all__ = [
    "HANDLERS",
    "JourneyRunner",
    "WebhookAccounts",
    "end_forgotten",
    "end_runs_of",
    "fold_moves",
    "next_due",
    "no_webhooks",
    "put_welcome_rule",
    "remove_rule",
]


async def next_due(unit: UnitOfWork) -> datetime | None:
    """World time at which the next run falls due."""
    return await repository.next_due(unit.connection)
