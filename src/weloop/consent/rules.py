"""Pure rules of consent: what a ledger says of a person, and the rules of contact as they ship and are changed."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from weloop.contracts.contact_rules import ContactRules, HoursOfDay
from weloop.contracts.events import EventKind
from weloop.contracts.json import JsonValue


class Act(StrEnum):
    """What an entry of the ledger says."""

    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    COMPLAINT_OPENED = "complaint_opened"
    COMPLAINT_CLOSED = "complaint_closed"


MATTERS: Mapping[Act, str] = {
    Act.OPTED_OUT: "marketing",
    Act.OPTED_IN: "marketing",
    Act.COMPLAINT_OPENED: "complaint",
    Act.COMPLAINT_CLOSED: "complaint",
}
"""What an act is about: the last of each matter counts."""
TOLD = {Act.OPTED_OUT: EventKind.CONSENT_WITHDRAWN, Act.OPTED_IN: EventKind.CONSENT_GIVEN}
"""What the log is told of an act."""
HOLDING = frozenset({Act.OPTED_OUT, Act.COMPLAINT_OPENED})
"""Acts that hold marketing back."""
SIGNING_UP = frozenset(
    {
        EventKind.CONTACT_ADDED,
        EventKind.FOLLOWER_SUBSCRIBED,
        EventKind.FOLLOWER_SCANNED,
        EventKind.GROUP_JOINED,
        EventKind.KF_SESSION_ENTERED,
        EventKind.LEAD_CREATED,
    }
)
"""What people do with a code of a campaign to get what it offers. A link that was opened asks for nothing, and a lead
counts where a form made it."""
TALKING = frozenset({"accepted", "sql", "opportunity"})
"""Stages of a lead that a sales person brought about by talking to somebody."""
CLOSED = frozenset({"won", "lost"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the ledger as it is folded."""

    at: datetime
    id: int
    act: Act


def fold_entries(entries: Iterable[Entry]) -> dict[str, Act]:
    """By matter the act that counts now: the last one, in any order of arrival and over all identities of a person."""
    last: dict[str, Entry] = {}
    for entry in entries:
        matter = MATTERS[entry.act]
        known = last.get(matter)
        if known is None or (known.at, known.id) < (entry.at, entry.id):
            last[matter] = entry
    return {matter: entry.act for matter, entry in last.items()}


@cache
def shipped() -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, str]]]:
    """Values and sources (in ``zh`` and ``en``) of the rules that ship, by name."""
    text = resources.files(__package__).joinpath("contact_rules.toml").read_text("utf-8")
    given = tomllib.loads(text)
    return {key: each["value"] for key, each in given.items()}, {key: each["source"] for key, each in given.items()}


def in_force(changed: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the rules, by name."""
    ships = shipped()[0]
    return {name: changed.get(name, value) for name, value in ships.items()}


def read_rules(changed: Mapping[str, Any]) -> ContactRules:
    """The rules in force: what ships, with what the installation changed; names that are no rule any more count not."""
    values = in_force(changed)
    for name in ("marketing_quiet", "service_quiet"):
        values[name] = _hours(values[name])
    values["moment_windows"] = tuple(_hours(each) for each in values["moment_windows"])
    for name in ("opt_out_words", "opt_in_words"):
        values[name] = tuple(values[name])
    return ContactRules(**values)


def _hours(clocks: Sequence[str]) -> HoursOfDay:
    start, end = clocks
    return HoursOfDay(time.fromisoformat(start), time.fromisoformat(end))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, JsonValue]:
    """What changes, by name: [before, after]."""
    return {key: [before[key], value] for key, value in after.items() if before[key] != value}
