"""The face of examinations."""

from weloop.features.doctor.arrivals import CallbackNotes
from weloop.features.doctor.brakes import look_for_leavers
from weloop.features.doctor.deafness import look_for_silence
from weloop.features.doctor.rules import SKEW, Finding, State
from weloop.features.doctor.service import (
    AccountReport,
    Instruments,
    ask_again,
    examine_all,
    note_sidebar,
    read_reports,
)
from weloop.features.doctor.words import EN, ZH, Described, Text, Words, describe

__all__ = [
    "EN",
    "SKEW",
    "ZH",
    "AccountReport",
    "CallbackNotes",
    "Described",
    "Finding",
    "Instruments",
    "State",
    "Text",
    "Words",
    "ask_again",
    "describe",
    "examine_all",
    "look_for_leavers",
    "look_for_silence",
    "note_sidebar",
    "read_reports",
]
