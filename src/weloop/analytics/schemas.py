"""Forms of the reports."""

from datetime import date, datetime
from typing import Literal

from weloop.kit.http import Schema


class RateInfo(Schema):
    """``passed`` of ``entered`` with the Wilson interval of 95 %; ``few``: below 20 no percentage is shown."""

    entered: int
    passed: int
    value: float | None
    low: float | None
    high: float | None
    few: bool


class PartInfo(Schema):
    """The rate of one source, owner, week, campaign or article. The empty key stands for what is not known, "0" for
    日常 and for codes at no article's foot. ``cost``: yuan spent in the period, where there are costs.
    """

    key: str
    name: str | None
    rate: RateInfo
    cost: float | None


class MeasuredInfo(Schema):
    """Official reads and the friends by the codes at the articles' feet. ``mechanisms``: by the newest code's offer,
    ``no_code`` without one.
    """

    layer: Literal["official"]
    rate: RateInfo
    before: RateInfo
    articles: list[PartInfo]
    campaigns: list[PartInfo]
    mechanisms: list[PartInfo]


class HopReportInfo(Schema):
    """One hop in the period and in the one before. Times in seconds, within 5 %.

    ``measured``: official totals, where the hop begins at a stage that has them.
    """

    key: str
    source: str
    target: str
    mechanism: str
    sla: int | None
    rate: RateInfo
    before: RateInfo
    median: float | None
    p90: float | None
    enough_days: int | None
    sources: list[PartInfo]
    owners: list[PartInfo]
    cohorts: list[PartInfo]
    campaigns: list[PartInfo]
    articles: list[PartInfo]
    measured: MeasuredInfo | None


class ChanceInfo(Schema):
    """Extra qualified leads in 30 days if the hop reached ``target``; ``basis``: own sources or a dated benchmark."""

    hop: str
    rate: RateInfo
    target: float
    basis: Literal["own", "benchmark"]
    benchmark_source: str | None
    onward: float
    extra: float
    low: float
    high: float


class PathReportInfo(Schema):
    """The report of one path. ``layer``: where its figures come from."""

    path_id: int
    built: bool
    first: date
    last: date
    layer: Literal["own"]
    hops: list[HopReportInfo]
    weakest: ChanceInfo | None
    chances: list[ChanceInfo]


class HopPersonInfo(Schema):
    """One who entered a hop; ``seconds`` is exact. The id is text, since JavaScript would round it."""

    person_id: str
    name: str | None
    source: str | None
    state: str
    owner: str | None
    staff: str
    entered_at: datetime
    passed_at: datetime | None
    seconds: float | None
    resolved: bool


class HopPersonPage(Schema):
    """One page of persons."""

    items: list[HopPersonInfo]
    total: int
    page: int
    size: int
