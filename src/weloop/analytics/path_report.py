"""The report of one path: what each hop lets pass, how long it takes, by what it differs, and which hop to mend."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from weloop.analytics.article_rates import EVERYDAY, Measured, measure_articles
from weloop.analytics.parts import Pairs, Part, make_parts, regroup
from weloop.analytics.rules import Chance, Rate, best_quarter, chain, name_weakest, rate_of, weigh_hop
from weloop.campaigns.api import find_campaigns, read_costs
from weloop.codes.api import CodeInfo, find_codes
from weloop.content.api import find_articles
from weloop.kit.unit import UnitOfWork
from weloop.paths.api import Definition, HopCounts, PathRef, count_hops, quantile, time_hops
from weloop.staff.api import find_names_of_all

Counts = Mapping[tuple[int, str], Mapping[str, HopCounts]]


@dataclass(frozen=True, slots=True)
class HopReport:
    """One hop in a period. Times are seconds, within 5 %; ``enough_days``: days that would bring 20 entries.

    ``measured``: official totals of a hop that begins at a measured stage; all else is of persons.
    """

    number: int
    rate: Rate
    before: Rate
    median: float | None
    p90: float | None
    enough_days: int | None
    sources: Sequence[Part]
    owners: Sequence[Part]
    cohorts: Sequence[Part]
    campaigns: Sequence[Part]
    articles: Sequence[Part]
    measured: Measured | None


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
    book = await _open_book(unit, counts, first, last)
    measured = await _measure(unit, path.definition, first, last, (counts, before))
    hops = [
        HopReport(
            number=number,
            rate=(rate := _whole(counts, number)),
            before=_whole(before, number),
            median=quantile(times.get(number, {}), 0.5),
            p90=quantile(times.get(number, {}), 0.9),
            enough_days=_enough_days(rate, days),
            sources=make_parts(_pairs(counts, number, "source"), book.sources),
            owners=make_parts(_pairs(counts, number, "owner"), book.owners),
            cohorts=sorted(make_parts(_pairs(counts, number, "cohort"), {}), key=lambda part: part.key),
            campaigns=make_parts(
                regroup(_pairs(counts, number, "source"), book.campaign_of), book.campaigns, book.costs
            ),
            articles=make_parts(regroup(_pairs(counts, number, "source"), book.article_of), book.articles),
            measured=measured.get(number),
        )
        for number in range(len(path.definition.hops))
    ]
    chances = weigh_hops(path.definition, counts, days, measured)
    return PathReport(path, first, last, hops, name_weakest(chances), chances)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the keys of a report mean. ``costs``: yuan spent in the period, by campaign."""

    codes: Mapping[str, CodeInfo]
    owners: Mapping[str, str]
    campaigns: Mapping[str, str]
    articles: Mapping[str, str]
    costs: Mapping[str, float]

    @property
    def sources(self) -> Mapping[str, str]:
        """Names of state codes."""
        return {code: info.name for code, info in self.codes.items()}

    def campaign_of(self, code: str) -> str:
        """Key of a code's campaign; 日常 is "0", an unknown code ""."""
        return str(self.codes[code].campaign_id or EVERYDAY) if code in self.codes else ""

    def article_of(self, code: str) -> str:
        """Key of the article at whose foot a code stands; "0" for codes elsewhere."""
        return str(self.codes[code].article_id or EVERYDAY) if code in self.codes else ""


async def _open_book(unit: UnitOfWork, counts: Counts, first: date, last: date) -> _Book:
    codes = await find_codes(unit, _keys(counts, "source"))
    campaigns = await find_campaigns(unit, {code.campaign_id for code in codes.values() if code.campaign_id})
    articles = await find_articles(unit, {code.article_id for code in codes.values() if code.article_id})
    return _Book(
        codes,
        await find_names_of_all(unit, _keys(counts, "owner")),
        {str(key): each.name for key, each in campaigns.items()},
        {str(key): each.title for key, each in articles.items()},
        {str(key): float(amount) for key, amount in (await read_costs(unit, first, last)).items()},
    )


async def _measure(
    unit: UnitOfWork, definition: Definition, first: date, last: date, counts: tuple[Counts, Counts]
) -> Mapping[int, Measured]:
    """By number the hops that begin where official totals are. ``counts``: of the period and of the one before.

    Who arrived at the end of such a hop, and when, the next hop tells by its entries.
    """
    measured = {stage.key for stage in definition.stages if stage.measured == "article_reads"}
    found: dict[int, Measured] = {}
    for number, hop in enumerate(definition.hops):
        onward = next((n for n, other in enumerate(definition.hops) if other.source == hop.target), None)
        if hop.source in measured and onward is not None:
            came = [{key: pair[0] for key, pair in _pairs(each, onward, "source").items()} for each in counts]
            total = await measure_articles(unit, first, last, *came)
            if total is not None:
                found[number] = total
    return found


def weigh_hops(
    definition: Definition, counts: Counts, days: int, measured: Mapping[int, Measured] | None = None
) -> list[Chance]:
    """What mending each hop on the way to the qualified lead would bring; official totals count before persons."""
    found = []
    for number, hop in enumerate(definition.hops):
        total = (measured or {}).get(number)
        onward = _onward(definition, counts, hop.target)
        places = _pairs(counts, number, "source") if total is None else _places(total)
        target = _target(places, hop.benchmark if total is None else "article_reads")
        if onward is None or target is None:
            continue
        rate = _whole(counts, number) if total is None else total.rate
        chance = weigh_hop(number, rate, target, onward[0], days)
        if chance is not None:
            found.append(chance)
    return found


def _places(total: Measured) -> Pairs:
    """Articles whose readers are told; an article without readers is none to be imitated."""
    return {part.key: (part.rate.entered, part.rate.passed) for part in total.articles}


def _onward(definition: Definition, counts: Counts, stage: str) -> tuple[Rate | None] | None:
    """The rate from a stage to the qualified lead, in a tuple; (None,) at that stage, None where no hops lead there."""
    if stage == definition.qualified:
        return (None,)
    for number, hop in enumerate(definition.hops):
        if hop.source == stage:
            rest = _onward(definition, counts, hop.target)
            if rest is not None:
                return (chain(_whole(counts, number), rest[0]),)
    return None


def _target(places: Pairs, benchmark: str) -> tuple[float, str] | None:
    own = best_quarter(places)
    if own is not None:
        return own, "own"
    known = load_benchmarks().get(benchmark)
    return (known[0], "benchmark") if known else None


def _whole(counts: Counts, number: int) -> Rate:
    found = counts.get((number, "all"), {}).get("", HopCounts(0, 0))
    return rate_of(found.entered, found.passed)


def _pairs(counts: Counts, number: int, by: str) -> Pairs:
    return {key: (part.entered, part.passed) for key, part in counts.get((number, by), {}).items() if part.entered}


def _keys(counts: Counts, by: str) -> set[str]:
    return {key for (_, dimension), parts in counts.items() if dimension == by for key in parts if key}


def _enough_days(rate: Rate, days: int) -> int | None:
    """Days after which 20 would have entered at this pace; None where there are enough, or nobody."""
    if not rate.few or rate.entered == 0:
        return None
    return -(-20 * days // rate.entered)
