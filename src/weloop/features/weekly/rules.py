"""Weeks, and which differences between two of them are more than chance. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

WEEK = timedelta(days=7)
CLEAR = 1.96
"""Two-sided 5 % of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Period:
    """Beijing days from ``first`` to the one before ``after``. ``running``: the week is not over; ``fresh``: it is this
    week or the one before, so that what to do next still follows from it.
    """

    first: date
    after: date
    running: bool
    fresh: bool

    @property
    def last(self) -> date:
        """The last day."""
        return self.after - timedelta(days=1)

    @property
    def before(self) -> "Period":
        """As many days of the week before: a running week is not held against a whole one."""
        return Period(self.first - WEEK, self.after - WEEK, False, False)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def period_of(monday: date, today: date) -> Period:
    """The week that begins on ``monday``, up to today."""
    after = min(monday + WEEK, today + timedelta(days=1))
    return Period(monday, after, today < monday + WEEK, monday >= last_whole_week(today))


def last_whole_week(today: date) -> date:
    """Monday of the newest week that is over."""
    return monday_of(today) - WEEK


def distance(before: int, now: int) -> float:
    """How far two counts are apart, in standard deviations of their difference were they one rate (Poisson), with the
    continuity correction: 0 and 4 are not yet far apart.
    """
    total = before + now
    return max(0.0, abs(now - before) - 1) / sqrt(total) if total else 0.0


def is_clear(before: int, now: int) -> bool:
    """Whether the difference is more than chance would make in 19 of 20 weeks."""
    return distance(before, now) >= CLEAR


@dataclass(slots=True)
class Counts:
    """Leads that came, became qualified and became SQL; ``cost`` in yuan."""

    leads: int = 0
    qualified: int = 0
    sql: int = 0
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """What one lead did in a week; ``campaign`` is the key of the one that brought it."""

    campaign: str
    created: bool
    qualified: bool
    sql: bool


def tally(moves: Sequence[Move], keys: Iterable[Collection[str]], costs: Mapping[str, float]) -> dict[str, Counts]:
    """Counts by group; ``keys``: of each move the groups that it belongs to.

    What a campaign cost (``costs``, by its key) is shared out equally among the leads that it brought.
    """
    shares = _shares(moves, costs)
    found: dict[str, Counts] = {}
    for move, groups in zip(moves, keys, strict=True):
        for key in groups:
            counts = found.setdefault(key, Counts())
            counts.leads += move.created
            counts.qualified += move.qualified
            counts.sql += move.sql
            counts.cost += shares.get(move.campaign, 0.0) if move.created else 0.0
    return found


def _shares(moves: Iterable[Move], costs: Mapping[str, float]) -> dict[str, float]:
    brought = Counter(move.campaign for move in moves if move.created)
    return {campaign: cost / brought[campaign] for campaign, cost in costs.items() if brought[campaign]}
