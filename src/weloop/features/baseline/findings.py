"""At most three things to do first, by plain arithmetic: sales before friends before tidiness."""

from collections.abc import Sequence

from weloop.analytics.api import (
    EXAMPLE,
    FEW,
    Chance,
    Rate,
    RateInfo,
    best_quarter,
    chain,
    load_benchmarks,
    name_weakest,
    rate_of,
    weigh_hop,
)
from weloop.features.baseline.articles import Articles
from weloop.features.baseline.history import History, group
from weloop.features.baseline.rules import WAY, FormerPerson, HopKey, pair_of, told_hops
from weloop.features.baseline.schemas import Finding, FindingKey
from weloop.identity.api import PeopleCount

MOST = 3
MONTH = 30


def find_first(history: History, articles: Articles, people: Sequence[PeopleCount]) -> list[Finding]:
    """In the order in which they pay."""
    persons = history.persons
    found = [_hop(persons), _source(persons), _reads(articles), _footer(articles), _unionid(people), _doubled(history)]
    return [each for each in found if each is not None][:MOST]


def _finding(key: FindingKey, count: int, name: str = "", **told: object) -> Finding:
    empty = dict.fromkeys(("low", "high", "rate", "other", "target", "basis", "benchmark_source"))
    return Finding.model_validate({**empty, "key": key, "count": count, "name": name, **told})


def _hop(persons: Sequence[FormerPerson]) -> Finding | None:
    """The hop whose mending would have brought most sales among as many leads."""
    told = told_hops(persons)
    way: Sequence[HopKey] = WAY if all(key in told for key in WAY) else [key for key in told if key == "lead_won"]
    rates = [rate_of(*pair_of(persons, key)) for key in way]
    chances = [chance for number in range(len(way)) if (chance := _weigh(persons, way, rates, number))]
    best = name_weakest(chances)
    if best is None:
        return None
    known = load_benchmarks().get(way[best.hop]) if best.basis == "benchmark" else None
    return _finding(
        "hop",
        best.rate.entered,
        way[best.hop],
        low=best.low,
        high=best.high,
        rate=RateInfo.model_validate(best.rate),
        target=best.target,
        basis=best.basis,
        benchmark_source=known[1] if known else None,
    )


def _weigh(persons: Sequence[FormerPerson], way: Sequence[HopKey], rates: Sequence[Rate], number: int) -> Chance | None:
    by_source = group(persons, lambda person: person.source)
    own = best_quarter({name: pair_of(found, way[number]) for name, found in by_source.items()})
    known = load_benchmarks().get(way[number])
    target = (own, "own") if own is not None else (known[0], "benchmark") if known else None
    onward: Rate | None = None
    for rate in reversed(rates[number + 1 :]):
        onward = chain(rate, onward)
    return weigh_hop(number, rates[number], target, onward, MONTH) if target else None


def _source(persons: Sequence[FormerPerson]) -> Finding | None:
    """The source that surely sells better than all others together: their intervals do not meet."""
    if "lead_won" not in told_hops(persons):
        return None
    whole = pair_of(persons, "lead_won")
    best: tuple[float, str, Rate, Rate] | None = None
    for name, found in sorted(group(persons, lambda person: person.source).items()):
        entered, passed = pair_of(found, "lead_won")
        rate, other = rate_of(entered, passed), rate_of(whole[0] - entered, whole[1] - passed)
        if not name or rate.few or other.few or passed < EXAMPLE or (rate.low or 0.0) <= (other.high or 0.0):
            continue
        if best is None or (rate.low or 0.0) > best[0]:
            best = (rate.low or 0.0, name, rate, other)
    if best is None:
        return None
    _, name, rate, other = best
    shown = (RateInfo.model_validate(rate), RateInfo.model_validate(other))
    return _finding("source", rate.entered, name, rate=shown[0], other=shown[1])


def _own_rate(articles: Articles) -> Rate:
    """Friends by the codes of articles that have one, of their readers."""
    entered, passed = articles.reads_of(True), sum(articles.friends.values())
    return rate_of(max(entered, passed), passed)


def _reads(articles: Articles) -> Finding | None:
    """Friends that readers of articles with a code would bring in 30 days, were it as good as the best or the field."""
    pairs = {str(each): (articles.reads.get(each, 0), articles.friends.get(each, 0)) for each in articles.coded}
    own = best_quarter({key: (max(pair), pair[1]) for key, pair in pairs.items()})
    known = load_benchmarks().get("article_reads")
    target = (own, "own") if own is not None else (known[0], "benchmark") if known else None
    chance = weigh_hop(0, _own_rate(articles), target, None, max(articles.days, MONTH)) if target else None
    if chance is None:
        return None
    return _finding(
        "reads",
        chance.rate.entered,
        low=chance.low,
        high=chance.high,
        rate=RateInfo.model_validate(chance.rate),
        target=chance.target,
        basis=chance.basis,
        benchmark_source=known[1] if known and chance.basis == "benchmark" else None,
    )


def _footer(articles: Articles) -> Finding | None:
    """Friends that the articles without a code would bring in 30 days, at the rate of those with one."""
    idle = [each for each in articles.infos if each.id not in articles.coded and articles.reads.get(each.id)]
    reads = articles.reads_of(False)
    if not idle or reads < FEW or articles.days == 0:
        return None
    own = _own_rate(articles)
    month = reads * MONTH / max(articles.days, MONTH)
    if not own.few and own.passed >= EXAMPLE:
        low, high = month * (own.low or 0.0), month * (own.high or 0.0)
        return _finding("footer", len(idle), low=low, high=high, target=own.value, basis="own")
    known = load_benchmarks().get("article_reads")
    if known is None:
        return None
    rate, source = known
    gain = month * rate
    return _finding("footer", len(idle), low=gain, high=gain, target=rate, basis="benchmark", benchmark_source=source)


def _unionid(people: Sequence[PeopleCount]) -> Finding | None:
    asked, joined = sum(each.asked for each in people), sum(each.joined for each in people)
    rate = rate_of(asked, joined)
    if rate.few or joined == asked:
        return None
    return _finding("unionid", asked - joined, rate=RateInfo.model_validate(rate))


def _doubled(history: History) -> Finding | None:
    doubled = len(history.rows) - len(history.persons)
    if not doubled:
        return None
    return _finding("doubled", doubled, rate=RateInfo.model_validate(rate_of(len(history.rows), doubled)))
