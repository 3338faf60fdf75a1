"""The welcome of a source (渠道活码): a journey of one node that the source keeps."""

from sqlalchemy import select

from weloop.contracts.json import JsonObject
from weloop.journeys.definition import Definition
from weloop.journeys.models import JourneyRow
from weloop.journeys.publishing import put_version
from weloop.kit.unit import UnitOfWork


async def put_welcome_rule(unit: UnitOfWork, *, key: str, account_id: int, state: str, content: JsonObject) -> None:
    """Send ``content`` to whoever adds a member of this account with this state code.

    ``content``: {text, attachments}, not both empty. ``key`` names the rule; putting it again replaces its content
    for whoever comes from then on.
    """
    where = {"op": "is", "field": "event.state", "value": state}
    definition = Definition.model_validate(
        {
            "entry": {
                "events": [{"kind": "ContactAdded", "account_id": account_id, "where": where}],
                "per": "friendship",
            },
            "nodes": [
                {
                    "id": "welcome",
                    "type": "send_welcome",
                    "text": content.get("text") or "",
                    "attachments": content.get("attachments") or [],
                }
            ],
        }
    )
    journey = await unit.session.scalar(select(JourneyRow).where(JourneyRow.key == key).with_for_update())
    if journey is None:
        journey = JourneyRow(key=key, name=key, status="live", created_at=unit.now, updated_at=unit.now)
        unit.session.add(journey)
        await unit.session.flush()
    await put_version(unit, journey, definition, {}, None)


async def remove_rule(unit: UnitOfWork, key: str) -> None:
    """Let nobody enter this rule any more; what it has enqueued still goes out."""
    journey = await unit.session.scalar(select(JourneyRow).where(JourneyRow.key == key).with_for_update())
    if journey is not None:
        journey.status, journey.updated_at = "stopped", unit.now
