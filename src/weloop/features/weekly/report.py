"""The report of a week: figures, groups, changes and what to do next, in a constant number of queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from weloop.analytics.api import Stretch, read_stretch
from weloop.campaigns.api import find_campaigns, read_costs
from weloop.codes.api import CodeInfo, find_codes
from weloop.content.api import find_articles
from weloop.features.weekly.rules import Counts, Move, Period, distance, is_clear, tally
from weloop.features.weekly.schemas import ChangeKey, WeekChange, WeekCounts, WeekFigures, WeekReport, WeekRow
from weloop.features.weekly.todos import find_todos
from weloop.kit.clock import midnight
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import LeadMove, list_moves
from weloop.paths.api import PathRef, find_members, list_paths
from weloop.staff.api import find_names_of_all, list_duties

EVERYDAY = "0"
"""Key of what belongs to no campaign, and of codes at no article's foot."""
MOST_ROWS = 100
MOST_CHANGES = 5


async def report_week(unit: UnitOfWork, period: Period) -> WeekReport:
    """Everything that page, card and workbook show."""
    stretches = (
        await read_stretch(unit, period.first, period.after),
        await read_stretch(unit, period.before.first, period.before.after),
    )
    now, before = (_figures(stretch) for stretch in stretches)
    groups = await _group(unit, period)
    duties = await list_duties(unit)
    return WeekReport(
        first=period.first,
        last=period.last,
        running=period.running,
        now=now,
        before=before,
        **{name: rows[:MOST_ROWS] for name, rows in groups.items()},
        changes=[] if period.running else _changes(now, before, groups),
        todos=await find_todos(unit, period, stretches[0].leads, duties) if period.fresh else [],
        receivers=sorted(duty.name for duty in duties if duty.is_leader),
    )


def _figures(stretch: Stretch) -> WeekFigures:
    leads = stretch.leads
    return WeekFigures(
        friends=stretch.friends,
        leads=leads.created,
        qualified=leads.qualified,
        sql=leads.sql,
        won=leads.won,
        won_amount=leads.won_amount,
        cost=stretch.cost,
        cost_per_sql=stretch.cost_per_sql,
        contacted=leads.contacted,
        contact_p90=leads.contact_p90,
    )


@dataclass(frozen=True, slots=True)
class _Book:
    """What leads belong to, and what that is called."""

    codes: Mapping[str, CodeInfo]
    campaigns: Mapping[str, str]
    articles: Mapping[str, str]
    staff: Mapping[str, str]
    paths: Sequence[PathRef]
    members: Collection[tuple[int, int]]

    def campaign_of(self, lead: LeadMove) -> str:
        """Key of the campaign whose code brought the lead."""
        code = self.codes.get(lead.state)
        return str(code.campaign_id or EVERYDAY) if code is not None else ""

    def article_of(self, lead: LeadMove) -> str:
        """Key of the article at whose foot the code stands."""
        code = self.codes.get(lead.state)
        return str(code.article_id or EVERYDAY) if code is not None else ""

    def paths_of(self, lead: LeadMove) -> list[str]:
        """Keys of the paths that the lead's person is on."""
        return [str(path.id) for path in self.paths if (path.version_id, lead.person_id) in self.members]


async def _open_book(unit: UnitOfWork, leads: Sequence[LeadMove], spent: Collection[int]) -> _Book:
    codes = await find_codes(unit, {lead.state for lead in leads})
    campaigns = await find_campaigns(unit, {code.campaign_id for code in codes.values() if code.campaign_id} | {*spent})
    articles = await find_articles(unit, {code.article_id for code in codes.values() if code.article_id})
    paths = await list_paths(unit)
    return _Book(
        codes,
        {str(key): each.name for key, each in campaigns.items()},
        {str(key): each.title for key, each in articles.items()},
        await find_names_of_all(unit, {lead.staff for lead in leads if lead.staff}),
        paths,
        await find_members(unit, [path.version_id for path in paths], {lead.person_id for lead in leads}),
    )


async def _group(unit: UnitOfWork, period: Period) -> dict[str, list[WeekRow]]:
    leads = await list_moves(unit, midnight(period.before.first), midnight(period.after))
    spent = await read_costs(unit, period.first, period.last)
    book = await _open_book(unit, leads, spent.keys())
    costs = {str(key): float(cost) for key, cost in spent.items()}
    weeks = [_moves(leads, book, each) for each in (period, period.before)]

    def rows(keys: Sequence[Collection[str]], names: Mapping[str, str]) -> list[WeekRow]:
        now, before = (tally(moves, keys, costs) for moves in weeks)
        return _rows(now, before, names)

    campaigns = rows([[book.campaign_of(lead)] for lead in leads], book.campaigns)
    return {
        "paths": rows([book.paths_of(lead) for lead in leads], {str(path.id): path.name for path in book.paths}),
        "campaigns": _with_costs(campaigns, costs, book.campaigns),
        "articles": rows([[book.article_of(lead)] for lead in leads], book.articles),
        "staff": rows([[lead.staff or ""] for lead in leads], book.staff),
    }


def _moves(leads: Sequence[LeadMove], book: _Book, period: Period) -> list[Move]:
    since, until = midnight(period.first), midnight(period.after)

    def within(moment: datetime | None) -> bool:
        return moment is not None and since <= moment < until

    return [
        Move(book.campaign_of(lead), within(lead.created_at), within(lead.mql_at), within(lead.sql_at))
        for lead in leads
    ]


def _with_costs(rows: Sequence[WeekRow], costs: Mapping[str, float], names: Mapping[str, str]) -> list[WeekRow]:
    """What each campaign cost itself, those that brought nobody among them."""
    told = [row.model_copy(update={"cost": costs.get(row.key, 0.0)}) for row in rows]
    missing = sorted(costs.keys() - {row.key for row in rows})
    nobody = WeekCounts(leads=0, qualified=0, sql=0)
    return told + [WeekRow(key=key, name=names.get(key), now=nobody, before=nobody, cost=costs[key]) for key in missing]


def _rows(now: Mapping[str, Counts], before: Mapping[str, Counts], names: Mapping[str, str]) -> list[WeekRow]:
    nothing = Counts()
    rows = [
        WeekRow(
            key=key,
            name=names.get(key),
            now=_counts(now.get(key, nothing)),
            before=_counts(before.get(key, nothing)),
            cost=round(now.get(key, nothing).cost, 2),
        )
        for key in now.keys() | before.keys()
    ]
    rows = [row for row in rows if any(each.leads or each.qualified or each.sql for each in (row.now, row.before))]
    rows.sort(key=lambda row: (-row.now.sql, -row.now.qualified, -row.now.leads, -row.before.leads, row.key))
    return rows


def _counts(counts: Counts) -> WeekCounts:
    return WeekCounts(leads=counts.leads, qualified=counts.qualified, sql=counts.sql)


def _changes(now: WeekFigures, before: WeekFigures, groups: Mapping[str, Sequence[WeekRow]]) -> list[WeekChange]:
    """The clear ones: of all first, then of groups, the clearest first."""
    whole: list[ChangeKey] = ["friends", "leads", "qualified", "sql"]
    found = [
        WeekChange(what=what, key="", name=None, before=getattr(before, what), now=getattr(now, what)) for what in whole
    ]
    parts: list[tuple[ChangeKey, str]] = [("campaign", "campaigns"), ("article", "articles"), ("staff", "staff")]
    for what, group in parts:
        found += [
            WeekChange(what=what, key=row.key, name=row.name, before=row.before.leads, now=row.now.leads)
            for row in groups[group]
            if row.key not in ("", EVERYDAY)
        ]
    clear = [change for change in found if is_clear(change.before, change.now)]
    clear.sort(key=lambda change: (change.what not in whole, -distance(change.before, change.now)))
    return clear[:MOST_CHANGES]
