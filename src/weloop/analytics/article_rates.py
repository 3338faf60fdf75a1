"""A measured hop: official reads of our articles, and the friends who came by the codes at their feet.

Reads are totals of a platform: how many, never who. So this hop has a rate and parts, but no persons and no times. Its
friends are counted as everywhere on a path: each person once, under the first code that brought them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from weloop.analytics.parts import Part, make_parts, regroup
from weloop.analytics.rules import Rate, rate_of
from weloop.campaigns.api import find_campaigns, read_costs
from weloop.codes.api import list_codes
from weloop.content.api import ArticleInfo, list_articles, sum_article_reads
from weloop.kit.unit import UnitOfWork

EVERYDAY = "0"
"""Key of what belongs to no campaign, and of codes at no article's foot."""
NO_CODE = "no_code"


@dataclass(frozen=True, slots=True)
class Measured:
    """Reads and friends of a period and of the one before, by article, campaign and the newest code's offer."""

    rate: Rate
    before: Rate
    articles: Sequence[Part]
    campaigns: Sequence[Part]
    mechanisms: Sequence[Part]


async def measure_articles(
    unit: UnitOfWork, first: date, last: date, came: Mapping[str, int], came_before: Mapping[str, int]
) -> Measured | None:
    """Of the Beijing days ``first`` to ``last``; None without an article that has official figures.

    ``came``: persons by state code who became friends on these days, ``came_before``: on as many days before them.
    """
    articles = [each for each in await list_articles(unit, gone=True) if each.counted]
    if not articles:
        return None
    earlier = (first - timedelta(days=(last - first).days + 1), first - timedelta(days=1))
    mechanisms, places = await _read_codes(unit, articles)
    now = _pair(articles, await sum_article_reads(unit, first, last), came, places)
    before = _pair(articles, await sum_article_reads(unit, *earlier), came_before, places)
    campaign_of = {str(each.id): str(each.campaign_id or EVERYDAY) for each in articles}
    campaigns = await find_campaigns(unit, {each.campaign_id for each in articles if each.campaign_id})
    costs = {str(key): float(amount) for key, amount in (await read_costs(unit, first, last)).items()}
    return Measured(
        rate=_whole(now),
        before=_whole(before),
        articles=make_parts(now, {str(each.id): each.title for each in articles}),
        campaigns=make_parts(
            regroup(now, campaign_of.__getitem__),
            {str(key): each.name for key, each in campaigns.items()},
            costs,
        ),
        mechanisms=make_parts(regroup(now, lambda key: mechanisms.get(key, NO_CODE)), {}),
    )


async def _read_codes(unit: UnitOfWork, articles: Sequence[ArticleInfo]) -> tuple[dict[str, str], dict[str, int]]:
    """The newest code's offer by article, and the article by state code."""
    mechanisms: dict[str, str] = {}
    places: dict[str, int] = {}
    for code in await list_codes(unit, articles=[each.id for each in articles]):
        if code.article_id is not None:
            mechanisms[str(code.article_id)] = code.mechanism
            places[code.code] = code.article_id
    return mechanisms, places


def _pair(
    articles: Sequence[ArticleInfo], reads: Mapping[int, int], came: Mapping[str, int], places: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """(reads, friends) by article."""
    friends: Counter[int] = Counter()
    for code, count in came.items():
        if code in places:
            friends[places[code]] += count
    return {str(each.id): (reads.get(each.id, 0), friends[each.id]) for each in articles}


def _whole(pairs: Mapping[str, tuple[int, int]]) -> Rate:
    entered = sum(pair[0] for pair in pairs.values())
    passed = sum(pair[1] for pair in pairs.values())
    return rate_of(max(entered, passed), passed)
