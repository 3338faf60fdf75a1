"""What wishes and tasks may be, and the limits of both."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class WishState(StrEnum):
    """See ``models.MassWishRow``."""

    WAITING = "waiting"
    ASKED = "asked"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class TaskState(StrEnum):
    """See ``models.MassTaskRow``."""

    CREATING = "creating"
    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Why(StrEnum):
    """Why somebody does not get a mass message, besides what the platform says."""

    QUOTA = "quota"
    EXPIRED = "expired"
    NO_FRIEND = "no_friend"
    LEFT_OUT = "left_out"
    LAPSED = "not_confirmed"
    CANCELLED = "cancelled"
    UNTOLD = "no_result"
    ERASED = "erased"


class Priority(StrEnum):
    """What a member is asked first when their day is full."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


PLACES = {Priority.HIGH: 1, Priority.NORMAL: 5, Priority.LOW: 9}
"""In which order they stand; between them there is room."""
UNSENT = frozenset({Why.QUOTA, Why.EXPIRED, Why.LAPSED, Why.CANCELLED, Why.ERASED})
"""Nothing went wrong: it may not go out, or no member let it."""


@dataclass(frozen=True, slots=True)
class TaskLimits:
    """From ``limits.toml``, part ``task``."""

    customers: int
    text: int
    attachments: int
    per_member_day: int
    from_hour: int
    until_hour: int
    slot_minutes: int
    lapse_days: int
    reminders_per_day: int


@cache
def load_limits() -> TaskLimits:
    """From ``limits.toml`` beside this file."""
    data = tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))
    return TaskLimits(**data["task"])
