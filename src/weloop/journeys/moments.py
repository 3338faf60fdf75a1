"""Moments that nodes wait for, in Beijing time."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from weloop.kit.clock import BEIJING, beijing_date, midnight


def next_time(after: datetime, at: str, weekdays: Collection[int]) -> datetime:
    """The first moment after ``after`` at this time of day (HH:MM) on one of these weekdays (Monday is 0)."""
    hour, _, minute = at.partition(":")
    day = beijing_date(after)
    for ahead in range(8):
        on = day + timedelta(days=ahead)
        due = midnight(on) + timedelta(hours=int(hour), minutes=int(minute))
        if due > after and on.weekday() in weekdays:
            return due
    raise AssertionError("a week has every weekday")


def at_time(moment: datetime, at: str | None) -> datetime:
    """The same Beijing day at this time of day; None: the moment as it is."""
    if at is None:
        return moment
    hour, _, minute = at.partition(":")
    return midnight(beijing_date(moment)) + timedelta(hours=int(hour), minutes=int(minute))


def read_moment(value: Any) -> datetime | None:
    """A date as events tell it: Unix seconds or ISO 8601; without a zone it is Beijing's. None: it is none."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, int | float) or str(value).lstrip("-").replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(value), UTC)
        found = datetime.fromisoformat(str(value).strip())
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC) - BEIJING
