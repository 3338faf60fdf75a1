"""Housekeeping of the log: monthly partitions ahead of time, and forgetting old occurrence keys."""

from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from weloop.kit.db import run
from weloop.kit.unit import Units

log = structlog.get_logger(__name__)

MONTHS_AHEAD = 2
KEY_LIFE = timedelta(days=35)
"""A platform repeats within seconds; five weeks cover a restored backup and a replayed month of imports."""


async def keep_log(units: Units, now: datetime) -> None:
    """Run daily, in machine time."""
    month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(MONTHS_AHEAD + 1):
        following = (month + timedelta(days=32)).replace(day=1)
        await _ensure_partition(units, month, following)
        month = following
    async with units.begin() as unit:
        await run(unit.connection, "DELETE FROM inbox_key WHERE recorded_at < $1", now - KEY_LIFE)


async def _ensure_partition(units: Units, month: datetime, following: datetime) -> None:
    name = f"event_{month:%Y_%m}"
    async with units.begin() as unit:
        if (await run(unit.connection, "SELECT to_regclass($1)", name))[0][0] is not None:
            return
    try:
        async with units.begin() as unit:
            # The zone is named: the server's own could move the bounds and let months overlap.
            bounds = f"FROM ('{month:%F} 00:00+00') TO ('{following:%F} 00:00+00')"
            await run(unit.connection, f"CREATE TABLE {name} PARTITION OF event FOR VALUES {bounds}")
    except IntegrityError:
        # Events of this month are in the default partition already; they stay there, nothing is lost.
        log.warning("inbox.partition_left_out", partition=name)
