"""The part of the baseline that comes out of the official account."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from weloop.analytics.api import RateInfo, rate_of
from weloop.codes.api import CodeInfo, list_codes
from weloop.content.api import ArticleInfo, list_articles, read_article_reads
from weloop.features.baseline.fields import benchmark_of
from weloop.features.baseline.schemas import ArticleBaseline, ArticlesBaseline
from weloop.identity.api import PeopleCount, count_friends_by_code
from weloop.kit.clock import beijing_date
from weloop.kit.unit import UnitOfWork

MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Articles:
    """Articles published in the period, newest first, with readers, whether they have a code, and its friends.

    ``days``: for how many days somebody's readers are told.
    """

    infos: Sequence[ArticleInfo]
    reads: Mapping[int, int]
    coded: frozenset[int]
    friends: Mapping[int, int]
    days: int

    def reads_of(self, coded: bool) -> int:
        """Readers of articles with a code, or of those without."""
        return sum(self.reads.get(each.id, 0) for each in self.infos if (each.id in self.coded) is coded)


async def load_articles(unit: UnitOfWork, first: date, last: date) -> Articles:
    """What was published on the Beijing days ``first`` to ``last``: four queries."""
    infos = [each for each in await list_articles(unit) if _is_within(each, first, last)]
    ids = [each.id for each in infos]
    by_day = await read_article_reads(unit, first, last, ids) if ids else {}
    reads: Counter[int] = Counter()
    for (article, _), readers in by_day.items():
        reads[article] += readers
    codes = _places(await list_codes(unit, articles=ids) if ids else ())
    friends: defaultdict[int, int] = defaultdict(int)
    for (article, _), count in (await count_friends_by_code(unit, codes, first, last)).items() if codes else ():
        friends[article] += count
    days = {day for _, day in by_day}
    return Articles(
        sorted(infos, key=lambda each: (each.published_at, each.id), reverse=True),
        reads,
        frozenset(codes.values()),
        friends,
        (max(days) - min(days)).days + 1 if days else 0,
    )


def _is_within(article: ArticleInfo, first: date, last: date) -> bool:
    at = article.published_at
    return article.counted and at is not None and first <= beijing_date(at) <= last


def _places(codes: Sequence[CodeInfo]) -> dict[str, int]:
    return {code.code: code.article_id for code in codes if code.article_id is not None}


def show_articles(articles: Articles, people: Mapping[int, PeopleCount], names: Mapping[int, str]) -> ArticlesBaseline:
    """Their figures; ``people`` and ``names`` by account."""
    items = [_show(articles, each, people, names) for each in articles.infos]
    shares = [each.per_follower for each in items if each.per_follower is not None]
    entered, passed = articles.reads_of(True), sum(articles.friends.values())
    return ArticlesBaseline(
        count=len(items),
        days=articles.days,
        reads=sum(articles.reads.values()),
        per_follower=sum(shares) / len(shares) if shares else None,
        benchmark=benchmark_of("article_fans"),
        coded=RateInfo.model_validate(rate_of(len(items), sum(each.coded for each in items))),
        friends=RateInfo.model_validate(rate_of(max(entered, passed), passed)),
        friends_benchmark=benchmark_of("article_reads"),
        items=items[:MOST_ITEMS],
    )


def _show(
    articles: Articles, article: ArticleInfo, people: Mapping[int, PeopleCount], names: Mapping[int, str]
) -> ArticleBaseline:
    account, reads = article.account_id or 0, articles.reads.get(article.id)
    followers = people[account].people if account in people else 0
    if article.published_at is None:
        raise ValueError("an article of the period was published")
    return ArticleBaseline(
        id=article.id,
        title=article.title,
        account=names.get(account, ""),
        published_on=beijing_date(article.published_at),
        reads=reads,
        per_follower=reads / followers if reads is not None and followers else None,
        coded=article.id in articles.coded,
    )
