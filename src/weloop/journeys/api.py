"""The face of journeys (自动化流程)."""

from collections.abc import Collection
from datetime import datetime

from weloop.contracts.events import EventKind
from weloop.inbox.api import EventHandler
from weloop.journeys import repository
from weloop.journeys.arrivals import follow_arrivals
from weloop.journeys.asked import do_asked
from weloop.journeys.definition import NO_TRIGGERS, OUR_OUTCOMES
from weloop.journeys.handlers import (
    count_sends,
    end_forgotten,
    end_left,
    end_opted_out,
    end_runs_of,
    fold_moves,
    follow_events,
    follow_wishes,
)
from weloop.journeys.publishing import WebhookAccounts, no_webhooks
from weloop.journeys.retention import forget_steps, forget_triggers
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
    "follow_wishes",
    "forget_steps",
    "forget_triggers",
    "next_due",
    "no_webhooks",
    "put_welcome_rule",
    "remove_rule",
]

HANDLERS: tuple[tuple[Collection[EventKind], EventHandler], ...] = (
    # Before who comes in by it.
    ((EventKind.SEGMENT_LEFT,), end_left),
    (frozenset(EventKind) - NO_TRIGGERS, follow_events),
    # And after: who came and left within one batch came in just now.
    ((EventKind.SEGMENT_LEFT,), end_left),
    ((EventKind.CONSENT_WITHDRAWN,), end_opted_out),
    (OUR_OUTCOMES, count_sends),
    ((EventKind.COMMAND_SENT, EventKind.NOTICE_ENDED), follow_arrivals),
    ((EventKind.JOURNEY_ASKED,), do_asked),
)
"""To be registered with the inbox."""


async def next_due(unit: UnitOfWork) -> datetime | None:
    """World time at which the next run falls due."""
    return await repository.next_due(unit.connection)
