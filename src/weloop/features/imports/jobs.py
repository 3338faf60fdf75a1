"""What imports do by the calendar."""

from datetime import timedelta

from weloop.features.imports import repository
from weloop.features.imports.handlers import TOPIC
from weloop.features.imports.rules import load_limits
from weloop.kit.unit import UnitOfWork


async def forget_imports(unit: UnitOfWork) -> None:
    """Delete drafts nobody took further, and the rows of imports that are long done. Run every night."""
    limits = load_limits()
    drafts, done = unit.now - timedelta(days=limits.draft_days), unit.now - timedelta(days=limits.done_days)
    if await repository.forget_old(unit.connection, drafts, done, unit.now):
        unit.publish(TOPIC)
