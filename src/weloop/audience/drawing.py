"""Whom a first count looks at: persons drawn evenly over their ids, and how sure a figure is that comes from them.

Ids of persons come from digests, so that neighbours have nothing in common. Windows of one width lie at even distances
over all ids: each person has the same chance to lie in one, however ids are spread, and one rule is always asked of
the same persons as the next.
"""

from dataclasses import dataclass
from math import sqrt

WINDOWS = 500
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Draw:
    """Windows of ids, both ends included, and the share of all persons that lies in them."""

    begins: list[int]
    ends: list[int]
    share: float


def draw(first: int, last: int, about: int, size: int) -> Draw:
    """About ``size`` of the ``about`` persons whose ids lie between these two, both included."""
    span = last - first + 1
    count = min(WINDOWS, size, span)
    step = -(-span // count)
    width = max(1, min(step, step * size // max(1, about)))
    begins = [first + number * step + (step - width) // 2 for number in range(count)]
    inside = [begin for begin in begins if begin <= last]
    return Draw(inside, [min(last, begin + width - 1) for begin in inside], width / step)


def bounds(hits: int, share: float) -> tuple[int, int]:
    """Between which two numbers all lie, in 95 of 100 cases, of whom a share so large had so many hits.

    Byar's approximation to the limits of a Poisson count: Breslow & Day, Statistical Methods in Cancer Research II.
    """
    low = hits * (1 - 1 / (9 * hits) - _Z / (3 * sqrt(hits))) ** 3 if hits else 0.0
    more = hits + 1
    high = more * (1 - 1 / (9 * more) + _Z / (3 * sqrt(more))) ** 3
    return int(max(hits, low / share)), int(high / share) + 1
