"""What leads say to the log. Each occurrence has a name, so that saying it twice is one event."""

from datetime import datetime

from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.json import JsonObject
from weloop.kit.unit import UnitOfWork
from weloop.leads.models import Lead

TOPIC = "leads"


def tell(
    unit: UnitOfWork, lead: Lead, kind: EventKind, occurrence: str, data: JsonObject, at: datetime | None = None
) -> None:
    """Append an event about a lead, of now if no other time is told; what is None in ``data`` is left out."""
    unit.append(
        NewEvent(
            account_id=lead.account_id,
            kind=kind,
            dedupe=f"lead:{lead.id}:{occurrence}",
            occurred_at=at or unit.now,
            identity_id=lead.identity_id,
            data={"lead_id": lead.id, **{key: value for key, value in data.items() if value is not None}},
        )
    )
    unit.publish(TOPIC)
    unit.publish(f"lead:{lead.id}")
