"""Forms of the weekly report."""

from datetime import date
from typing import Literal, TypeAlias

from weloop.kit.http import Schema

ChangeKey: TypeAlias = Literal["friends", "leads", "qualified", "sql", "campaign", "article", "staff"]
TodoKey: TypeAlias = Literal["accounts", "late", "hop", "article", "full", "pool", "costs"]


class WeekFigures(Schema):
    """What the week brought. ``contact_p90``: working seconds. None: nothing to measure or to divide by."""

    friends: int
    leads: int
    qualified: int
    sql: int
    won: int
    won_amount: float
    cost: float
    cost_per_sql: float | None
    contacted: int
    contact_p90: float | None


class WeekCounts(Schema):
    """Leads that came, became qualified and became SQL within the week, whenever they came."""

    leads: int
    qualified: int
    sql: int


class WeekRow(Schema):
    """A path, campaign, article or member. Key "" stands for what is not known (of members: the pool), "0" for 日常
    and for codes at no article's foot. ``cost``: yuan; of a campaign its own, else the share of its leads in theirs.
    """

    key: str
    name: str | None
    now: WeekCounts
    before: WeekCounts
    cost: float


class WeekChange(Schema):
    """A difference from the week before that is more than chance. ``key`` and ``name``: whose leads, if not all."""

    what: ChangeKey
    key: str
    name: str | None
    before: int
    now: int


class WeekTodo(Schema):
    """What to do next. ``id``: of the path or article; ``low`` to ``high``: qualified leads more in 30 days."""

    key: TodoKey
    count: int
    names: list[str]
    id: str | None
    low: float | None
    high: float | None


class WeekReport(Schema):
    """A week from Monday ``first`` to ``last``, beside as many days of the week before.

    ``running``: it is not over, and today is not either, so no ``changes`` are named. ``todos``: empty for older weeks;
    ``receivers``: who gets the card on Monday.
    """

    first: date
    last: date
    running: bool
    now: WeekFigures
    before: WeekFigures
    paths: list[WeekRow]
    campaigns: list[WeekRow]
    articles: list[WeekRow]
    staff: list[WeekRow]
    changes: list[WeekChange]
    todos: list[WeekTodo]
    receivers: list[str]
