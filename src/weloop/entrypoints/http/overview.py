"""The first page: what four weeks brought, what to do today, who moves just now, and what is still to be set up.

It asks several modules through their faces.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from fastapi import APIRouter

from weloop.access.api import SignedIn
from weloop.accounts.api import AccountRef, list_accounts, list_troubles
from weloop.analytics.workbench import DAYS, Stretch, read_stretches
from weloop.codes.api import find_codes
from weloop.contracts.accounts import AccountKind
from weloop.contracts.events import EventKind, state_of
from weloop.features.sources.api import SourceTotals, read_totals
from weloop.identity.api import PersonName, find_names, has_persons
from weloop.inbox.api import count_dead as count_dead_events
from weloop.inbox.api import load_latest
from weloop.kit.http import RequestUnit, Schema
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import count_dead as count_dead_commands
from weloop.paths.api import list_paths
from weloop.staff.api import Duty, find_names_of_all, list_duties

LATEST = 7
MOST_TODOS = 5
router = APIRouter(tags=["overview"])
TodoKey: TypeAlias = Literal["late", "pool", "dead_letters", "accounts", "full"]
TICKER = {
    EventKind.CONTACT_ADDED,
    EventKind.GROUP_JOINED,
    EventKind.LEAD_ACCEPTED,
    EventKind.LEAD_CONTACTED,
    EventKind.LEAD_ADVANCED,
}
"""What the first page tells as it happens."""


class ChecklistItem(Schema):
    """One step of setting up. Keys: official_account, wecom, staff, source, person, welcome."""

    key: str
    done: bool


class Figures(Schema):
    """What a stretch of days brought; see ``analytics.workbench``. None: no data source, or nothing to divide by."""

    friends: int
    leads: int
    qualified: int
    sql: int
    cost_per_sql: float | None
    contact_p90: float | None
    contacted: int


class Todo(Schema):
    """Something to do today, most urgent first. ``names``: whom it is about, where that helps."""

    key: TodoKey
    count: int
    names: list[str]


class Tick(Schema):
    """Something that just happened to somebody; the ids are text, since JavaScript would round them."""

    id: str
    kind: str
    at: datetime
    person_id: str | None
    name: str | None
    source: str | None
    staff: str | None
    stage: str | None


class Overview(Schema):
    """The first page. ``path_id``: the path whose hops it shows."""

    days: int
    now: Figures
    before: Figures
    path_id: int | None
    todos: list[Todo]
    ticker: list[Tick]
    checklist: list[ChecklistItem]


@router.get("/overview")
async def get_overview(_: SignedIn, unit: RequestUnit) -> Overview:
    """The first page, in a constant number of queries."""
    now, before = await read_stretches(unit)
    accounts, duties = await list_accounts(unit), await list_duties(unit)
    troubled = {trouble.account_id for trouble, _ in await list_troubles(unit) if trouble.off_until is None}
    totals = await read_totals(unit)
    dead = (await count_dead_commands(unit))[0] + await count_dead_events(unit)
    paths = await list_paths(unit)
    return Overview(
        days=DAYS,
        now=_figures(now),
        before=_figures(before),
        path_id=min((path.id for path in paths), default=None),
        todos=_todos(now, accounts, troubled, duties, dead),
        ticker=await _ticker(unit),
        checklist=_checklist(accounts, len(duties), totals, await has_persons(unit)),
    )


def _figures(stretch: Stretch) -> Figures:
    leads = stretch.leads
    return Figures(
        friends=stretch.friends,
        leads=leads.created,
        qualified=leads.qualified,
        sql=leads.sql,
        cost_per_sql=stretch.cost_per_sql,
        contact_p90=leads.contact_p90,
        contacted=leads.contacted,
    )


def _todos(
    now: Stretch, accounts: Sequence[AccountRef], troubled: Collection[int], duties: Sequence[Duty], dead: int
) -> list[Todo]:
    broken = [
        account.name
        for account in accounts
        if account.state == "failed" or (account.state != "disabled" and account.id in troubled)
    ]
    full = [duty.name for duty in duties if duty.is_full]
    found: list[tuple[TodoKey, int, list[str]]] = [
        ("accounts", len(broken), broken),
        ("late", now.leads.late, []),
        ("full", len(full), full),
        ("pool", now.leads.pool, []),
        ("dead_letters", dead, []),
    ]
    todos = [Todo(key=key, count=count, names=names[:3]) for key, count, names in found if count]
    return todos[:MOST_TODOS]


async def _ticker(unit: UnitOfWork) -> list[Tick]:
    rows = await load_latest(unit.connection, {str(kind) for kind in TICKER}, LATEST)
    persons = await find_names(unit, {row.identity_id for row in rows})
    codes = await find_codes(unit, {state_of(row.data) for row in rows} - {""})
    staff = await find_names_of_all(unit, {str(row.data.get("staff") or "") for row in rows} - {""})
    sources = {code: info.name for code, info in codes.items()}
    return [_tick(row, persons.get(row.identity_id), sources, staff) for row in rows]


def _tick(row: Any, person: PersonName | None, sources: Mapping[str, str], staff: Mapping[str, str]) -> Tick:
    userid = str(row.data.get("staff") or "")
    return Tick(
        id=str(row.id),
        kind=row.kind,
        at=row.occurred_at,
        person_id=str(person.id) if person else None,
        name=person.name if person else None,
        source=sources.get(state_of(row.data)),
        staff=staff.get(userid, userid or None),
        stage=row.data.get("to"),
    )


def _checklist(accounts: Sequence[AccountRef], staff: int, totals: SourceTotals, persons: bool) -> list[ChecklistItem]:
    ready = {account.kind for account in accounts if account.state == "ready"}
    steps = {
        "official_account": AccountKind.OFFICIAL_ACCOUNT in ready,
        "wecom": AccountKind.WECOM in ready,
        "staff": staff > 0,
        "source": totals.existing > 0,
        "person": persons,
        "welcome": totals.welcomes_sent > 0,
    }
    return [ChecklistItem(key=key, done=done) for key, done in steps.items()]
