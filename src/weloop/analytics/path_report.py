"""The report of one path: what each hop lets pass, how long it takes, by what it differs, and which hop to mend."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from weloop.analytics.rules import Chance, Rate, best_quarter, name_weakest, rate_of, weigh_hop
from weloop.codes.api import find_codes
from weloop.kit.unit import UnitOfWork
from weloop.paths.api import Definition, HopCounts, PathRef, count_hops, quantile, time_hops
from weloop.staff.api import find_names_of_all

Counts = Mapping[tuple[int, str], Mapping[str, HopCounts]]


@dataclass(frozen=True, slots=True)
class Part:
    """A hop's rate among those of one source, owner or cohort. ``name`` None: the key is not known to us."""

    key: str
    name: str | None
    rate: Rate


@dataclass(frozen=True, slots=True)
class HopReport:
    """One hop in a period. Times are seconds, within 5 %; ``enough_days``: days that would bring 20 entries."""

    number: int
    rate: Rate
    before: Rate
    median: float | None
    p90: float | None
    enough_days: int | None
    sources: Sequence[Part]
    owners: Sequence[Part]
    cohorts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class PathReport:
    """The whole report of the Beijing days ``first`` to ``last``; ``weakest`` None: nothing can be said yet."""

    path: PathRef
    first: date
    last: date
    hops: Sequence[HopReport]
    weakest: Chance | None
    chances: Sequence[Chance]


@cache
def load_benchmarks() -> Mapping[str, tuple[float, str]]:
    """Dated rates of the field: {key: (rate, source)}."""
    text = files("weloop.analytics").joinpath("benchmarks.toml").read_text("utf-8")
    return {key: (float(body["rate"]), str(body["source"])) for key, body in tomllib.loads(text).items()}


async def report_path(unit: UnitOfWork, path: PathRef, first: date, last: date) -> PathReport:
    """Every figure of the page, in a constant number of queries."""
    days = (last - first).days + 1
    counts = await count_hops(unit, path.version_id, first, last)
    before = await count_hops(unit, path.version_id, first - timedelta(days=days), first - timedelta(days=1))
    times = await time_hops(unit, path.version_id, first, last)
    names = {code: info.name for code, info in (await find_codes(unit, _keys(counts, "source"))).items()}
    staff = await find_names_of_all(unit, _keys(counts, "owner"))
    hops = [
        HopReport(
            number=number,
            rate=(rate := _whole(counts, number)),
            before=_whole(before, number),
            median=quantile(times.get(number, {}), 0.5),
            p90=quantile(times.get(number, {}), 0.9),
            enough_days=_enough_days(rate, days),
            sources=_parts(counts, number, "source", names),
            owners=_parts(counts, number, "owner", staff),
            cohorts=sorted(_parts(counts, number, "cohort", {}), key=lambda part: part.key),
        )
        for number in range(len(path.definition.hops))
    ]
    chances = weigh_hops(path.definition, counts, days)
    return PathReport(path, first, last, hops, name_weakest(chances), chances)


def weigh_hops(definition: Definition, counts: Counts, days: int) -> list[Chance]:
    """What mending each hop on the way to the qualified lead would bring."""
    found = []
    for number, hop in enumerate(definition.hops):
        onward = _onward(definition, counts, hop.target)
        target = _target(counts, number, hop.benchmark)
        if onward is None or target is None:
            continue
        chance = weigh_hop(number, _whole(counts, number), target, onward[0], days)
        if chance is not None:
            found.append(chance)
    return found


def _onward(definition: Definition, counts: Counts, stage: str) -> tuple[Rate | None] | None:
    """The rate from a stage to the qualified lead, in a tuple; (None,) at that stage, None where no hops lead there."""
    if stage == definition.qualified:
        return (None,)
    for number, hop in enumerate(definition.hops):
        if hop.source == stage:
            rest = _onward(definition, counts, hop.target)
            if rest is not None:
                return (_chain(_whole(counts, number), rest[0]),)
    return None


def _chain(rate: Rate, rest: Rate | None) -> Rate:
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


def _target(counts: Counts, number: int, benchmark: str) -> tuple[float, str] | None:
    parts = counts.get((number, "source"), {})
    own = best_quarter({key: (part.entered, part.passed) for key, part in parts.items()})
    if own is not None:
        return own, "own"
    known = load_benchmarks().get(benchmark)
    return (known[0], "benchmark") if known else None


def _whole(counts: Counts, number: int) -> Rate:
    found = counts.get((number, "all"), {}).get("", HopCounts(0, 0))
    return rate_of(found.entered, found.passed)


def _parts(counts: Counts, number: int, by: str, names: Mapping[str, str]) -> list[Part]:
    """Those who pass most first; what is not known stays, under the empty key."""
    found = [
        Part(key, names.get(key), rate_of(part.entered, part.passed))
        for key, part in counts.get((number, by), {}).items()
        if part.entered
    ]
    return sorted(found, key=lambda part: (-part.rate.passed, -part.rate.entered, part.key))


def _keys(counts: Counts, by: str) -> set[str]:
    return {key for (_, dimension), parts in counts.items() if dimension == by for key in parts if key}


def _enough_days(rate: Rate, days: int) -> int | None:
    """Days after which 20 would have entered at this pace; None where there are enough, or nobody."""
    if not rate.few or rate.entered == 0:
        return None
    return -(-20 * days // rate.entered)
