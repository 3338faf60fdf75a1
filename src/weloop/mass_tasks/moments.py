"""When members are asked, and when a task is looked at."""

from datetime import date, datetime, timedelta

from weloop.kit.clock import beijing_date, midnight
from weloop.mass_tasks.rules import TaskLimits

LOOKS = ((timedelta(hours=2), timedelta(minutes=5)), (timedelta(hours=12), timedelta(minutes=30)))
"""Until so old, a task is looked at so often; after that every two hours."""
LATER = timedelta(hours=2)
FOLLOWED = timedelta(days=3)
"""For so long after a task is too old to be confirmed a cancellation, or the last look, that failed is tried again."""
SETTLE = timedelta(hours=1)
"""After a member has confirmed: until whoever the platform tells nothing of counts as failed."""


def next_hours(moment: datetime, limits: TaskLimits) -> datetime:
    """The first moment from this one on at which a member may be asked."""
    day = beijing_date(moment)
    begins, ends = _at(day, limits.from_hour), _at(day, limits.until_hour)
    if moment < begins:
        return begins
    return moment if moment < ends else _at(day + timedelta(days=1), limits.from_hour)


def next_day(moment: datetime, limits: TaskLimits) -> datetime:
    """When members may be asked on the next Beijing day."""
    return _at(beijing_date(moment) + timedelta(days=1), limits.from_hour)


def end_of_slot(moment: datetime, limits: TaskLimits) -> datetime:
    """When what is wished at a moment is asked together with the rest of its slot."""
    start = midnight(beijing_date(moment))
    slots = (moment - start) // timedelta(minutes=limits.slot_minutes) + 1
    return start + slots * timedelta(minutes=limits.slot_minutes)


def next_look(asked_at: datetime, now: datetime, days: int) -> datetime | None:
    """When a task that members confirm is looked at again; None after so many days."""
    age = now - asked_at
    if age >= timedelta(days=days):
        return None
    return now + next((step for until, step in LOOKS if age < until), LATER)


def is_followed(asked_at: datetime, now: datetime, days: int) -> bool:
    """Whether what the platform did not tell or do of a task is tried again."""
    return now < asked_at + timedelta(days=days) + FOLLOWED


def _at(day: date, hour: int) -> datetime:
    return midnight(day) + timedelta(hours=hour)
