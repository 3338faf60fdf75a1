"""Articles as the pages show them: reads, friends and their rate, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from weloop.analytics.api import rate_of
from weloop.codes.api import CodeInfo, list_codes
from weloop.content.api import ArticleInfo, read_article_reads, sum_article_reads
from weloop.features.articles.schemas import (
    ArticleCode,
    ArticleDay,
    ArticleDetail,
    ArticleItem,
    ArticleRate,
    MechanismRate,
)
from weloop.identity.api import count_friends_by_code
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import count_by_state

MOST_DAYS = 90
EARLIEST = date(2000, 1, 1)
_OWN = ("id", "account_id", "title", "url", "kind", "published_at", "campaign_id", "gone")


@dataclass(frozen=True, slots=True)
class Counted:
    """What belongs to articles, by their ids; codes oldest first."""

    codes: Mapping[int, Sequence[CodeInfo]]
    reads: Mapping[int, int]
    friends: Mapping[int, int]
    qualified: Mapping[str, int]
    """By state code."""


async def count_articles(
    unit: UnitOfWork, articles: Sequence[ArticleInfo], first: date | None, last: date | None
) -> Counted:
    """Four queries, however many articles."""
    codes = await codes_of(unit, [article.id for article in articles])
    reads = await sum_article_reads(unit, first, last)
    places = {code.code: article for article, ours in codes.items() for code in ours}
    friends: defaultdict[int, int] = defaultdict(int)
    for (article, _), count in (await count_friends_by_code(unit, places, first, last)).items():
        friends[article] += count
    return Counted(codes, reads, friends, await _count_qualified(unit, first, last))


async def _count_qualified(unit: UnitOfWork, first: date | None, last: date | None) -> dict[str, int]:
    """Of the leads made on these days, those who are qualified by now; by state code."""
    today = beijing_date(unit.now)
    since, until = midnight(first or EARLIEST), midnight((last or today) + timedelta(days=1))
    return {each.state: each.qualified for each in await count_by_state(unit, since, until)}


async def codes_of(unit: UnitOfWork, articles: Sequence[int]) -> dict[int, list[CodeInfo]]:
    """The codes at the articles' feet, oldest first."""
    found: defaultdict[int, list[CodeInfo]] = defaultdict(list)
    for code in await list_codes(unit, articles=articles):
        if code.article_id is not None:
            found[code.article_id].append(code)
    return found


def show_article(article: ArticleInfo, counted: Counted) -> ArticleItem:
    """One with its figures."""
    return ArticleItem.model_validate(_values(article, counted))


def _values(article: ArticleInfo, counted: Counted) -> dict[str, object]:
    codes = counted.codes.get(article.id, ())
    reads = counted.reads.get(article.id, 0) if article.counted else None
    friends = counted.friends.get(article.id, 0)
    return {
        **{name: getattr(article, name) for name in _OWN},
        "reads": reads,
        "friends": friends,
        "qualified": sum(counted.qualified.get(code.code, 0) for code in codes),
        "rate": _rate(reads, friends) if reads is not None and codes else None,
        "codes": len(codes),
        "mechanism": codes[-1].mechanism if codes else "",
    }


def _rate(reads: int, friends: int) -> ArticleRate:
    """Friends may outnumber official reads, which come a day late: then no rate is told."""
    return ArticleRate.model_validate(rate_of(max(reads, friends), friends))


def compare_mechanisms(items: Iterable[ArticleItem]) -> list[MechanismRate]:
    """Articles with official reads and a code whose offer is said, by that offer."""
    groups: defaultdict[str, list[ArticleItem]] = defaultdict(list)
    for item in items:
        if item.reads and item.mechanism:
            groups[item.mechanism].append(item)
    return [
        MechanismRate.model_validate(
            {
                "mechanism": mechanism,
                "articles": len(found),
                "rate": _rate(sum(each.reads or 0 for each in found), sum(each.friends for each in found)),
            }
        )
        for mechanism, found in sorted(groups.items(), reverse=True)
    ]


async def show_detail(unit: UnitOfWork, article: ArticleInfo, today: date) -> ArticleDetail:
    """With codes and days: from its publication, or the last 90, up to today."""
    counted = await count_articles(unit, [article], None, None)
    codes = counted.codes.get(article.id, ())
    by_code = await _count_codes(unit, codes)
    shown = [
        ArticleCode(
            code=code.code,
            name=code.name,
            mechanism=code.mechanism,
            friends=by_code.get(code.code, 0),
            qualified=counted.qualified.get(code.code, 0),
        )
        for code in reversed(codes)
    ]
    days = await _show_days(unit, article, codes, today)
    return ArticleDetail.model_validate({**_values(article, counted), "code_list": shown, "days": days})


async def _count_codes(unit: UnitOfWork, codes: Sequence[CodeInfo]) -> dict[str, int]:
    """Friends by code: whoever came by two codes counts for each."""
    places = {code.code: number for number, code in enumerate(codes)}
    found: defaultdict[str, int] = defaultdict(int)
    for (place, _), count in (await count_friends_by_code(unit, places)).items():
        found[codes[place].code] += count
    return found


async def _show_days(
    unit: UnitOfWork, article: ArticleInfo, codes: Sequence[CodeInfo], today: date
) -> list[ArticleDay]:
    reads = {day: count for (_, day), count in (await read_article_reads(unit, ids=[article.id])).items()}
    friends = {
        day: count
        for (_, day), count in (
            await count_friends_by_code(unit, dict.fromkeys([code.code for code in codes], 0))
        ).items()
    }
    first = min((*reads, *friends), default=None)
    if first is None:
        return []
    first = max(first, today - timedelta(days=MOST_DAYS - 1))
    wanted = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    return [ArticleDay(day=day, reads=reads.get(day, 0), friends=friends.get(day, 0)) for day in wanted]
