"""Sample-ratio check of splits: whether so many came into each arm as its weight lets expect.

A split that is off tells that something before or behind the draw lets people of one arm go missing: what its arms
are compared by is then worth nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, gamma, sqrt

from weloop.journeys.definition import Definition, Split
from weloop.journeys.validation import can_return

FEWEST = 5
"""Expected in the smallest arm, before the distribution holds (Cochran 1954)."""
FIRST = "first_"
OFF = 0.0005
"""Chance from which on a split is off (Fabijan et al., Diagnosing Sample Ratio Mismatch, KDD 2019)."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """``people`` drawn in a split; ``chance`` that arms of its weights come out at least as uneven as these."""

    people: int
    chance: float

    @property
    def is_off(self) -> bool:
        """Whether that cannot be chance alone."""
        return self.chance < OFF


def find_repeated(definition: Definition) -> frozenset[int]:
    """The splits through which somebody may come more than once. Who comes again falls into the same arm, and is no
    draw of their own: what a split did for the first time for somebody is counted beside, under ``FIRST``.
    """
    once = (definition.entry.per, definition.entry.again) == ("person", "never")
    return frozenset(
        number
        for number, node in enumerate(definition.nodes)
        if isinstance(node, Split) and not (once and not can_return(definition, node))
    )


def check_ratios(definition: Definition, counts: Mapping[int, Mapping[str, int]]) -> dict[int, Ratio]:
    """By the number of the node, the splits whose counts {node: {result: n}} say something: each person is one."""
    found, repeated = {}, find_repeated(definition)
    for number, node in enumerate(definition.nodes):
        if isinstance(node, Split):
            first = FIRST if number in repeated else ""
            drawn = [counts.get(number, {}).get(f"{first}arm_{arm.name}", 0) for arm in node.arms]
            weights = [arm.weight for arm in node.arms]
            if sum(drawn) * min(weights) >= FEWEST * sum(weights):
                found[number] = Ratio(sum(drawn), chance_of(drawn, weights))
    return found


def chance_of(drawn: Sequence[int], weights: Sequence[int]) -> float:
    """Pearson's chi-squared test of counts against weights: the p value."""
    share = sum(drawn) / sum(weights)
    distance = sum((n - weight * share) ** 2 / (weight * share) for n, weight in zip(drawn, weights, strict=True))
    return _tail(distance / 2, len(drawn) - 1)


def _tail(half: float, freedom: int) -> float:
    """The upper tail of the chi-squared distribution at twice ``half``, summed in closed form."""
    even = freedom % 2 == 0
    steps = range(freedom // 2) if even else (each + 0.5 for each in range(freedom // 2))
    begin = 0.0 if even else erfc(sqrt(half))
    return begin + exp(-half) * sum(half**each / gamma(each + 1) for each in steps)
