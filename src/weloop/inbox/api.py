"""The face of the log."""

from weloop.inbox.counting import count_subjects, find_concerned
from weloop.inbox.dead import count_dead, discard_dead, list_dead, replay_dead
from weloop.inbox.dispatch import Dispatcher, next_due
from weloop.inbox.erasure import erase_subjects, find_waiting, is_waiting
from weloop.inbox.intake import Intake, IntakeLimits
from weloop.inbox.jobs import keep_log
from weloop.inbox.log import append_events, write_events
from weloop.inbox.payload import SubjectKeys
from weloop.inbox.reading import BEGINNING, find_subjects, read_events_of, read_log, read_periods_of
from weloop.inbox.registry import EventHandler, EventHandlers
from weloop.inbox.timeline import load_latest, load_timeline

__all__ = [
    "BEGINNING",
    "Dispatcher",
    "EventHandler",
    "EventHandlers",
    "Intake",
    "IntakeLimits",
    "SubjectKeys",
    "append_events",
    "count_dead",
    "count_subjects",
    "discard_dead",
    "erase_subjects",
    "find_concerned",
    "find_subjects",
    "find_waiting",
    "is_waiting",
    "keep_log",
    "list_dead",
    "load_latest",
    "load_timeline",
    "next_due",
    "read_events_of",
    "read_log",
    "read_periods_of",
    "replay_dead",
    "write_events",
]
