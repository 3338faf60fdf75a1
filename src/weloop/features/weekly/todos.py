"""What to do next, as the weekly report says it: at most three things, the most urgent first."""

from collections.abc import Sequence
from datetime import timedelta

from weloop.accounts.api import list_accounts
from weloop.analytics.api import PathReport, report_path
from weloop.campaigns.api import read_costs
from weloop.codes.api import list_codes
from weloop.content.api import list_articles, sum_article_reads
from weloop.features.weekly.rules import Period
from weloop.features.weekly.schemas import TodoKey, WeekTodo
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import LeadFigures
from weloop.paths.api import list_paths
from weloop.staff.api import Duty

MOST = 3
DAYS = 28
"""Days that a hop and an article are judged by."""
WORTH_READS = 500
"""An article with fewer reads in these days is not worth a new code."""


async def find_todos(unit: UnitOfWork, period: Period, leads: LeadFigures, duties: Sequence[Duty]) -> list[WeekTodo]:
    """The first three of those that there are."""
    broken = [account.name for account in await list_accounts(unit) if account.state == "failed"]
    full = [duty.name for duty in duties if duty.is_full]
    found = [
        _many("accounts", broken),
        _todo("late", leads.late),
        await _weakest_hop(unit, period),
        await _poor_article(unit, period),
        _many("full", full),
        _todo("pool", leads.pool),
        await _missing_costs(unit, period),
    ]
    return [todo for todo in found if todo is not None][:MOST]


def _todo(key: TodoKey, count: int, names: Sequence[str] = (), about: str | None = None) -> WeekTodo | None:
    if not count:
        return None
    return WeekTodo(key=key, count=count, names=list(names[:3]), id=about, low=None, high=None)


def _many(key: TodoKey, names: Sequence[str]) -> WeekTodo | None:
    return _todo(key, len(names), names)


async def _weakest_hop(unit: UnitOfWork, period: Period) -> WeekTodo | None:
    """Of the oldest path, as on the first page."""
    path = min(await list_paths(unit), key=lambda each: each.id, default=None)
    if path is None:
        return None
    report = await report_path(unit, path, period.after - timedelta(days=DAYS), period.last)
    weakest = report.weakest
    if weakest is None:
        return None
    names = [_hop_name(report, weakest.hop)]
    return WeekTodo(key="hop", count=1, names=names, id=str(path.id), low=weakest.low, high=weakest.high)


def _hop_name(report: PathReport, number: int) -> str:
    definition = report.path.definition
    source, target = definition.ends_of(definition.hops[number])
    return f"{definition.stages[source].name} → {definition.stages[target].name}"


async def _poor_article(unit: UnitOfWork, period: Period) -> WeekTodo | None:
    """The most read article whose newest code offers nothing to take away, or that has none."""
    reads = await sum_article_reads(unit, period.after - timedelta(days=DAYS), period.last)
    articles = {each.id: each for each in await list_articles(unit)}
    read = [article for article, count in reads.items() if count >= WORTH_READS and article in articles]
    newest = {code.article_id: code.mechanism for code in await list_codes(unit, articles=read)}
    poor = [article for article in read if newest.get(article, "") != "take_away"]
    if not poor:
        return None
    worst = max(poor, key=lambda article: reads[article])
    return _todo("article", reads[worst], [articles[worst].title], str(worst))


async def _missing_costs(unit: UnitOfWork, period: Period) -> WeekTodo | None:
    """Nobody wrote down what anything cost."""
    costs = await read_costs(unit, period.after - timedelta(days=DAYS), period.last)
    return _todo("costs", 0 if any(costs.values()) else 1)
