"""Pure statistics of reports: rates with their intervals, and the hop that is worth mending first."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""
EXAMPLE = 5
"""Fewer than these make no rate that others can be held to."""
FEW = 20
"""Below so many no percentage is shown: it would say more than is known."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``passed`` of ``entered`` with the Wilson score interval of 95 %; all None without anybody."""

    entered: int
    passed: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def few(self) -> bool:
        """Whether there are too few to show a percentage."""
        return self.entered < FEW


def rate_of(entered: int, passed: int) -> Rate:
    """The rate and its Wilson interval (Wilson 1927, without continuity correction)."""
    if entered <= 0:
        return Rate(entered, passed, None, None, None)
    share, z2 = passed / entered, Z95 * Z95
    middle = (share + z2 / (2 * entered)) / (1 + z2 / entered)
    half = Z95 * math.sqrt(share * (1 - share) / entered + z2 / (4 * entered**2)) / (1 + z2 / entered)
    return Rate(entered, passed, share, max(0.0, middle - half), min(1.0, middle + half))


def chain(rate: Rate, rest: Rate | None) -> Rate:
    """Two hops one after the other: shares and bounds multiply."""
    if rest is None:
        return rate
    return Rate(
        rate.entered,
        rest.passed,
        (rate.value or 0.0) * (rest.value or 0.0),
        (rate.low or 0.0) * (rest.low or 0.0),
        (rate.high or 0.0) * (rest.high or 0.0),
    )


@dataclass(frozen=True, slots=True)
class Chance:
    """What mending a hop would bring: extra qualified leads in 30 days, from ``low`` to ``high``.

    ``target``: the rate it could reach; ``basis``: ``own`` (the best quarter of the company's sources) or
    ``benchmark``. ``onward``: share of those behind the hop who become qualified leads.
    """

    hop: int
    rate: Rate
    target: float
    basis: str
    onward: float
    extra: float
    low: float
    high: float


def best_quarter(sources: Mapping[str, tuple[int, int]]) -> float | None:
    """The rate of the best quarter of sources with at least ``FEW`` entries, taken together; None below four of them.

    ``sources``: {state code: (entered, passed)}. The unknown source is no place that can be imitated. The best are
    those whose rate is surely high (the low end of its interval), of those that ``EXAMPLE`` passed: a small source may
    be lucky, and nobody can imitate luck.
    """
    known = [counts for state, counts in sources.items() if state and counts[0] >= FEW]
    if len(known) < 4:
        return None
    proven = [counts for counts in known if counts[1] >= EXAMPLE]
    best = sorted(proven, key=lambda counts: rate_of(*counts).low or 0.0, reverse=True)[: len(known) // 4]
    return sum(passed for _, passed in best) / sum(entered for entered, _ in best) if best else None


def weigh_hop(hop: int, rate: Rate, target: tuple[float, str], onward: Rate | None, days: int) -> Chance | None:
    """Plain arithmetic: entered × (target − rate) × share that goes on to be qualified, per 30 days.

    ``onward`` None: the hop itself leads to the qualified lead. None where nothing is known or nothing is to gain.
    """
    if rate.value is None or rate.low is None or rate.high is None or rate.few:
        return None
    share = (1.0, 1.0, 1.0) if onward is None else (onward.value or 0.0, onward.low or 0.0, onward.high or 0.0)
    month = rate.entered * 30 / days
    extra = month * max(0.0, target[0] - rate.value) * share[0]
    low = month * max(0.0, target[0] - rate.high) * share[1]
    high = month * max(0.0, target[0] - rate.low) * share[2]
    return Chance(hop, rate, *target, share[0], extra, low, high) if extra > 0 else None


def name_weakest(chances: Sequence[Chance]) -> Chance | None:
    """The one hop to mend: the largest gain; the earlier hop where two are equal."""
    return max(chances, key=lambda chance: (chance.extra, -chance.hop), default=None)
