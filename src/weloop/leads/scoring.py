"""Scores: pure arithmetic over what is known of a person and what they did. Every point can be explained."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from weloop.contracts.events import UNSOURCED, EventKind
from weloop.contracts.json import JsonObject
from weloop.kit.clock import beijing_day

Fit = Mapping[str, bool | None]
"""What is known of a person by the name of the field; None: unknown."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which events a signal is made of: all of one kind, or those whose name, category or act is listed."""

    kind: EventKind
    name: frozenset[str] = frozenset()
    category: frozenset[str] = frozenset()
    act: frozenset[str] = frozenset()

    def fits(self, kind: EventKind, data: JsonObject) -> bool:
        """Whether an event is such a signal."""
        if kind is not self.kind:
            return False
        return all(
            not wanted or str(data.get(field) or "") in wanted
            for field, wanted in (("name", self.name), ("category", self.category), ("act", self.act))
        )


@dataclass(frozen=True, slots=True)
class Signal:
    """Something a person does. ``intent``: it alone makes the lead a qualified one. ``weigh``: the field of the event
    that says how many times the points it gives.
    """

    key: str
    points: float
    patterns: tuple[Pattern, ...]
    intent: bool = False
    weigh: str | None = None

    @property
    def is_sourced(self) -> bool:
        """Whether anything in this version tells of it."""
        return any(pattern.kind not in UNSOURCED for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Scoring:
    """The whole configuration."""

    half_life: timedelta
    same_a_day: int
    window: timedelta
    mql_fit: float
    mql_engagement: float
    fit: Mapping[str, float]
    signals: tuple[Signal, ...]

    @property
    def kinds(self) -> frozenset[EventKind]:
        """Events that may change a score."""
        return frozenset(pattern.kind for signal in self.signals for pattern in signal.patterns)


@dataclass(frozen=True, slots=True)
class Part:
    """One reason for a score: ``field`` of the fit or signal ``key``; ``points`` None: no data source or not known."""

    kind: str
    key: str
    points: float | None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """A score at one moment with its reasons."""

    fit: float
    engagement: float
    intent: bool
    parts: tuple[Part, ...]

    @property
    def total(self) -> float:
        """What lists show."""
        return self.fit + self.engagement


@cache
def load_scoring() -> Scoring:
    """From ``scoring.toml`` beside this file."""
    return read_scoring(tomllib.loads(resources.files(__package__).joinpath("scoring.toml").read_text("utf-8")))


def read_scoring(given: Mapping[str, Any]) -> Scoring:
    """The configuration from its TOML."""
    signals = tuple(
        Signal(
            each["key"],
            each["points"],
            tuple(map(_pattern, each["match"])),
            each.get("intent", False),
            each.get("weigh"),
        )
        for each in given["engagement"]
    )
    return Scoring(
        timedelta(days=given["half_life_days"]),
        given["same_a_day"],
        timedelta(days=given["window_days"]),
        given["mql"]["fit"],
        given["mql"]["engagement"],
        given["fit"],
        signals,
    )


def _pattern(given: Mapping[str, Any]) -> Pattern:
    return Pattern(
        EventKind(given["kind"]),
        frozenset(given.get("name", ())),
        frozenset(given.get("category", ())),
        frozenset(given.get("act", ())),
    )


def score(scoring: Scoring, fit: Fit, events: Iterable[tuple[EventKind, datetime, JsonObject]], now: datetime) -> Score:
    """The score at ``now`` of who is known by ``fit`` and did ``events`` (kind, moment, data), in any order."""
    fit_parts = [_fit_part(field, points, fit.get(field)) for field, points in scoring.fit.items()]
    engagement, intent = _engage(scoring, events, now)
    known = max(0.0, min(100.0, sum(part.points or 0.0 for part in fit_parts)))
    return Score(known, max(0.0, sum(part.points or 0.0 for part in engagement)), intent, (*fit_parts, *engagement))


def _fit_part(field: str, points: float, known: bool | None) -> Part:
    return Part("fit", field, None if known is None else points if known else 0.0)


def _engage(
    scoring: Scoring, events: Iterable[tuple[EventKind, datetime, JsonObject]], now: datetime
) -> tuple[list[Part], bool]:
    weights: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    days: Counter[tuple[str, str]] = Counter()
    intent = False
    for kind, at, data in sorted(events, key=lambda event: event[1]):
        age = now - at
        for signal in scoring.signals if timedelta() <= age <= scoring.window else ():
            if not any(pattern.fits(kind, data) for pattern in signal.patterns):
                continue
            days[signal.key, beijing_day(at)] += 1
            if days[signal.key, beijing_day(at)] <= scoring.same_a_day:
                weight = float(str(data.get(signal.weigh) or 0)) if signal.weigh is not None else 1.0
                weights[signal.key] += weight * fade(scoring, age)  # type: ignore[assignment]  # a float counter
                counts[signal.key] += 1
                intent = intent or signal.intent
    parts = [
        Part("engagement", each.key, each.points * weights[each.key] if each.is_sourced else None, counts[each.key])
        for each in scoring.signals
    ]
    return parts, intent


def fade(scoring: Scoring, age: timedelta) -> float:
    """What is left after ``age`` of one point of engagement."""
    return float(0.5 ** (age / scoring.half_life))


def is_qualified(scoring: Scoring, found: Score, need_confirmed: bool) -> bool:
    """Whether a lead is an MQL: the score says so, or an act of high intent, or a member who has asked."""
    enough = found.fit >= scoring.mql_fit and found.engagement >= scoring.mql_engagement
    return enough or found.intent or need_confirmed


def points_of(parts: Sequence[Part]) -> dict[str, float | None]:
    """Points by key."""
    return {part.key: part.points for part in parts}
