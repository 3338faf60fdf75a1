"""Forms of the baseline."""

from datetime import date
from typing import Literal, TypeAlias

from weloop.analytics.api import RateInfo
from weloop.features.baseline.rules import HopKey
from weloop.kit.http import Schema

MissingKey: TypeAlias = Literal[
    "official_account",
    "followers",
    "unionid",
    "articles",
    "reads",
    "codes",
    "wecom",
    "history",
    "source",
    "entered_on",
    "reached",
    "won_on",
    "amount",
]
FindingKey: TypeAlias = Literal["hop", "source", "reads", "footer", "unionid", "doubled"]


class Benchmark(Schema):
    """The same quantity in the field, with its source and date."""

    rate: float
    source: str


class PeopleBaseline(Schema):
    """Persons who follow an account or are its customers now. ``joined``: of those the platform told of, who have a
    unionid.
    """

    account_id: int
    name: str
    kind: Literal["official_account", "wecom"]
    people: int
    joined: RateInfo


class ArticleBaseline(Schema):
    """An article. ``reads``: official readers, None where none are told; ``per_follower``: divided by the followers of
    its account today, readers who do not follow among them.
    """

    id: int
    title: str
    account: str
    published_on: date
    reads: int | None
    per_follower: float | None
    coded: bool


class ArticlesBaseline(Schema):
    """Articles published in the period. ``days``: Beijing days for which there are official figures.

    ``per_follower``: of an article on the average. ``friends``: who came by the codes of ``read_coded`` reads.
    """

    count: int
    days: int
    reads: int
    per_follower: float | None
    benchmark: Benchmark | None
    coded: RateInfo
    friends: RateInfo
    friends_benchmark: Benchmark | None
    items: list[ArticleBaseline]


class HistoryPart(Schema):
    """Persons of one source or one month of entry (``2026-03``; "" where it is not told), and how far they came.

    ``rate``: won of those of whom a stage is told. ``amount``: yuan, None where none is told.
    """

    key: str
    persons: int
    qualified: int
    sql: int
    won: int
    rate: RateInfo
    amount: float | None


class HistoryHop(Schema):
    """A hop among persons of whom a stage is told."""

    key: HopKey
    rate: RateInfo
    benchmark: Benchmark | None


class HistoryBaseline(Schema):
    """Imported persons. ``rows`` in ``files``; ``doubled``: rows that name somebody again. Days from entry to sale are
    those of ``timed`` persons.
    """

    files: int
    rows: int
    persons: int
    doubled: int
    won: int
    amount: float | None
    timed: int
    median_days: float | None
    p90_days: float | None
    hops: list[HistoryHop]
    sources: list[HistoryPart]
    months: list[HistoryPart]


class Finding(Schema):
    """What to do first. ``low`` to ``high``: what it would bring, as ``key`` says; equal without an interval.

    ``hop``: sales more among as many leads; ``reads`` and ``footer``: friends more in 30 days; ``source``:
    ``rate`` beside ``other``.
    """

    key: FindingKey
    name: str
    count: int
    low: float | None
    high: float | None
    rate: RateInfo | None
    other: RateInfo | None
    target: float | None
    basis: Literal["own", "benchmark"] | None
    benchmark_source: str | None


class Baseline(Schema):
    """What is known on the day ``last``; articles from ``first`` on. ``missing``: what cannot be told, the next step
    first.
    """

    first: date
    last: date
    people: list[PeopleBaseline]
    articles: ArticlesBaseline
    history: HistoryBaseline
    missing: list[MissingKey]
    findings: list[Finding]
