"""Telling webhooks what happened."""

from collections.abc import Sequence

from weloop.connectors.web.webhooks import repository
from weloop.connectors.web.webhooks.models import Webhook
from weloop.connectors.web.webhooks.rules import OFFERED, Wanted, wants
from weloop.connectors.web.webhooks.service import delivery
from weloop.contracts.commands import Command
from weloop.contracts.events import Event
from weloop.kit.unit import UnitOfWork


async def tell_webhooks(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """One command for each event and each webhook that wants it; the key of the command makes it one for ever."""
    for row in await repository.list_webhooks(unit.session):
        if row.enabled:
            wanted = [Wanted(each["kind"], each["where"]) for each in row.wanted]
            for event in events:
                if event.recorded_at >= row.since and wants(wanted, event.kind, event.data):
                    unit.enqueue(_delivery(unit, row, event))


def _delivery(unit: UnitOfWork, row: Webhook, event: Event) -> Command:
    """Nothing personal stands in a command: who it was is looked up when it is sent."""
    message = {
        "type": str(event.kind),
        "timestamp": event.occurred_at.isoformat(),
        "event_id": event.id,
        "of_account": event.account_id,
        "data": event.data,
    }
    return delivery(unit, row, str(event.id), message, event.identity_id, event.trace_id)


HANDLERS = ((frozenset(OFFERED), tell_webhooks),)
