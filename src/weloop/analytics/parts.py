"""Parts of a report: the same rate among those of one source, owner, week, campaign or article."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weloop.analytics.rules import Rate, rate_of


@dataclass(frozen=True, slots=True)
class Part:
    """A rate among some. ``name`` None: the key is not known to us. ``cost``: yuan spent on them in the period."""

    key: str
    name: str | None
    rate: Rate
    cost: float | None = None


Pairs = Mapping[str, tuple[int, int]]
"""By key: (entered, passed)."""


def make_parts(pairs: Pairs, names: Mapping[str, str], costs: Mapping[str, float] | None = None) -> list[Part]:
    """Those who pass most first; what is not known stays, under its key."""
    found = [
        Part(key, names.get(key), rate_of(max(entered, passed), passed), (costs or {}).get(key))
        for key, (entered, passed) in pairs.items()
        if entered or passed
    ]
    return sorted(found, key=lambda part: (-part.rate.passed, -part.rate.entered, part.key))


def regroup(pairs: Pairs, place_of: Callable[[str], str]) -> dict[str, tuple[int, int]]:
    """The same counts by another key."""
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, (entered, passed) in pairs.items():
        sums[place_of(key)][0] += entered
        sums[place_of(key)][1] += passed
    return {key: (entered, passed) for key, (entered, passed) in sums.items()}
