"""The face of journeys: the rule "on contact added by source X, send its welcome"."""

from datetime import datetime

from weloop.contracts.json import JsonObject
from weloop.journeys import repository
from weloop.journeys.handlers import enter_by_source
from weloop.journeys.runner import JourneyRunner
from weloop.kit.unit import UnitOfWork

__all__ = ["JourneyRunner", "enter_by_source", "next_due", "put_welcome_rule", "remove_rule"]


async def next_due(unit: UnitOfWork) -> datetime | None:
    """World time at which the next run falls due."""
    return await repository.next_due(unit.connection)


async def put_welcome_rule(unit: UnitOfWork, *, key: str, account_id: int, state: str, content: JsonObject) -> None:
    """Send ``content`` to whoever adds a member of this account with this state code.

    ``content``: {text, attachments}, not both empty. ``key`` names the rule; putting it again replaces its content
    for whoever comes from then on.
    """
    nodes: list[JsonObject] = [{"type": "send_welcome", "content": content}]
    await repository.put_journey(unit.connection, key, account_id, state, nodes, unit.now)


async def remove_rule(unit: UnitOfWork, key: str) -> None:
    """Let nobody enter this rule any more; what it has enqueued still goes out."""
    await repository.stop_journey(unit.connection, key, unit.now)
