"""The face of mass messages that members confirm."""

from weloop.mass_tasks.handlers import HANDLERS
from weloop.mass_tasks.maker import MassTaskMaker
from weloop.mass_tasks.moments import end_of_slot, next_look
from weloop.mass_tasks.reading import DAYS, MemberLoad, count_members, find_held, list_tasks
from weloop.mass_tasks.retention import prune_wishes
from weloop.mass_tasks.rules import UNSENT, Priority, load_limits
from weloop.mass_tasks.service import (
    TOPIC,
    Wish,
    can_come_back,
    cancel,
    follow_returns,
    forget_wishes,
    load_counted,
    make_anew,
    put_content,
    remake,
    remind,
    take_back,
    wish,
    withdraw,
)

__all__ = [
    "DAYS",
    "HANDLERS",
    "TOPIC",
    "UNSENT",
    "MassTaskMaker",
    "MemberLoad",
    "Priority",
    "Wish",
    "can_come_back",
    "cancel",
    "count_members",
    "end_of_slot",
    "find_held",
    "follow_returns",
    "forget_wishes",
    "list_tasks",
    "load_counted",
    "load_limits",
    "make_anew",
    "next_look",
    "prune_wishes",
    "put_content",
    "remake",
    "remind",
    "take_back",
    "wish",
    "withdraw",
]
