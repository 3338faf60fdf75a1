"""When members may be asked: between two Beijing hours, the last of which may be midnight."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from weloop.mass_tasks.moments import next_hours
from weloop.mass_tasks.rules import load_limits


@pytest.mark.parametrize(
    ("until", "moment", "expected"),
    [
        (20, "2026-11-29 00:30", "2026-11-29 01:00"),
        (20, "2026-11-29 11:59", "2026-11-29 11:59"),
        (20, "2026-11-29 12:00", "2026-11-30 01:00"),
        (24, "2026-11-29 15:59", "2026-11-29 15:59"),
    ],
)
def test_hours(until: int, moment: str, expected: str) -> None:
    """In UTC: 9 o'clock in Beijing is 1 o'clock."""
    limits = replace(load_limits(), from_hour=9, until_hour=until)
    at, then = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (moment, expected))
    assert next_hours(at, limits) == then
