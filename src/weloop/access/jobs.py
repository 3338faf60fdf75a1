"""Housekeeping of signing in."""

from datetime import datetime

from weloop.access import repository
from weloop.access.rules import AccessPolicy
from weloop.kit.unit import Units


async def forget_stale(units: Units, now: datetime) -> None:
    """Forget sessions and links that ended and failures that count no more. Run daily, in machine time."""
    async with units.begin() as unit:
        await repository.delete_stale(unit.session, now, now - AccessPolicy().failure_window)
