"""How broadcasts, their recipients and what members have to confirm are shown."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy.engine import Row

from weloop.access.api import CurrentUser, find_user_names
from weloop.accounts.api import list_account_names
from weloop.audience.api import find_segment_names
from weloop.campaigns.api import find_campaigns
from weloop.features.broadcasts import repository
from weloop.features.broadcasts.audience import Chosen, check_segment, check_willing, scan
from weloop.features.broadcasts.counted import load_counted
from weloop.features.broadcasts.models import BroadcastRow
from weloop.features.broadcasts.rules import (
    JOB,
    Kind,
    State,
    Step,
    Why,
    is_chosen_by_platform,
    is_held,
    key_of,
    load_limits,
)
from weloop.features.broadcasts.runner import fill_in_each, judged_message, waits_for
from weloop.features.broadcasts.schemas import (
    BroadcastInfo,
    CheckInfo,
    JobInfo,
    LoadInfo,
    MemberLoadInfo,
    MemberTask,
    RecipientInfo,
    RecipientPage,
)
from weloop.identity.api import find_person_names, find_persons
from weloop.kit import spreadsheets
from weloop.kit.clock import BEIJING
from weloop.kit.pagination import PageRequest
from weloop.kit.unit import UnitOfWork, Units
from weloop.mass_tasks import api as mass_tasks
from weloop.outbox.api import Windows, find_held, foresee_each
from weloop.staff.api import find_names_of_all

FEW = 20
"""Under so many tasks the share of confirmed ones says nothing."""
LINES = 2000
STEPS = {
    "held": "对照组",
    "skipped": "未发送",
    "waiting": "等待",
    "queued": "排队",
    "asked": "待员工确认",
    "sent": "已送达",
    "failed": "失败",
    "uncertain": "待核对",
}
COLUMNS = ("联系人", "姓名", "员工", "状态", "原因", "时间")


async def show_broadcasts(unit: UnitOfWork, user: CurrentUser, rows: Sequence[BroadcastRow]) -> list[BroadcastInfo]:
    """A constant number of questions, however many rows."""
    accounts = await list_account_names(unit)
    campaigns = await find_campaigns(unit, {row.campaign_id for row in rows if row.campaign_id is not None})
    users = await find_user_names(
        unit, {each for row in rows for each in (row.created_by, row.confirmed_by, row.approved_by) if each}
    )
    segments = await find_segment_names(
        unit, [row.audience["segment_id"] for row in rows if row.audience["kind"] == "segment"]
    )
    counts = await repository.count_steps(unit.connection, [row.id for row in rows if row.removed_at is None])
    jobs = await _show_jobs(unit, rows)
    plain = set(BroadcastInfo.model_fields) & set(BroadcastRow.__table__.columns.keys())
    return [
        BroadcastInfo(
            **{name: getattr(row, name) for name in plain - {"created_by", "confirmed_by", "approved_by"}},
            account_name=accounts.get(row.account_id, ""),
            campaign_name=campaigns[row.campaign_id].name if row.campaign_id in campaigns else None,
            segment_name=segments.get(row.audience.get("segment_id", 0)),
            created_by=users.get(row.created_by),
            created_by_me=user.id in (row.created_by, row.confirmed_by),
            confirmed_by=users.get(row.confirmed_by) if row.confirmed_by else None,
            approved_by=users.get(row.approved_by) if row.approved_by else None,
            counts=counts.get(row.id, {}) if row.final_counts is None else row.final_counts,
            jobs=jobs.get(row.id, []),
        )
        for row in rows
    ]


async def _show_jobs(unit: UnitOfWork, broadcasts: Sequence[BroadcastRow]) -> dict[int, list[JobInfo]]:
    """By broadcast, with why a job that has not left waits, or why one is made later."""
    rows = await repository.list_jobs(unit.connection, [each.id for each in broadcasts])
    keys = [f"{JOB}:{row.broadcast_id}:{row.n}" for row in rows]
    sending = {key for key, row in zip(keys, rows, strict=True) if row.state == "sending"}
    held = await find_held(unit, sending) if sending else {}
    shown: dict[int, list[JobInfo]] = {}
    for key, row in zip(keys, rows, strict=True):
        kept = held.get(key)
        job = JobInfo(
            **{name: getattr(row, name) for name in set(JobInfo.model_fields) - {"reasons", "waits_until"}},
            reasons=kept.gates.split() if kept else [],
            waits_until=kept.due if kept else None,
        )
        shown.setdefault(row.broadcast_id, []).append(job)
    for each in broadcasts:
        if each.waits and each.state == State.SENDING:
            late = JobInfo(
                n=each.last_job + 1,
                state="sending",
                msg_id="",
                reasons=each.waits.split(),
                waits_until=each.next_at,
                status=None,
                total=None,
                chosen=None,
                sent=None,
                failed=None,
                told=None,
                failure=None,
            )
            shown.setdefault(each.id, []).append(late)
    return shown


async def check(
    unit: UnitOfWork, row: BroadcastRow, windows: Windows, after: int | None = None, spent: int = 0
) -> CheckInfo:
    """Count what it would do with the next persons of its audience, after so many messages to those before."""
    await check_segment(unit, row.audience)
    await check_willing(unit, row.account_id, row.audience)
    limit, by_platform = load_limits()["sender"]["counted"], is_chosen_by_platform(row.audience)
    chosen: list[Chosen] = []
    if not by_platform:
        chosen = await scan(unit, Kind(row.kind), row.account_id, row.audience, after, limit)
    reached = [each for each in chosen if each.address is not None]
    wanted = [each for each in reached if not is_held(row.id, each.person_id, row.holdout)]
    unfit = await _find_unfit(unit, row, [each.person_id for each in wanted])
    fit = [each for each in wanted if each.person_id not in unfit]
    denied, later, unknown = await _foresee(unit, row, fit, spent, windows)
    reasons = Counter([*denied.values(), *unfit.values()])
    reasons["unreachable"] = len(chosen) - len(reached)
    would_send = len(fit) - len(denied) - unknown
    if row.kind == Kind.ACCOUNT_MASS and row.content.get("article_id"):
        reasons[str(Why.ONE_JOB)] = max(0, would_send - max(0, load_limits()["account_mass"]["recipients"] - spent))
        would_send -= reasons[str(Why.ONE_JOB)]
    members: set[str] = set()
    if row.kind == Kind.MASS_TASK:
        members = {each.address.staff for each in fit if each.address and each.person_id not in denied}
    return CheckInfo(
        persons=len(chosen),
        after=str(chosen[-1].person_id) if len(chosen) == limit else None,
        reachable=len(reached),
        held=len(reached) - len(wanted),
        would_send=would_send,
        window_unknown=unknown,
        reasons={reason: count for reason, count in reasons.most_common() if count},
        later=dict(later.most_common()),
        members=sorted(members),
        full=await _find_full(unit, row, members) if members else [],
        by_platform=by_platform,
    )


async def _find_unfit(unit: UnitOfWork, row: BroadcastRow, persons: Sequence[int]) -> dict[int, str]:
    """By person why the words cannot be written for them, where they are written for each."""
    if row.kind != Kind.SERVICE:
        return {}
    bodies = await fill_in_each(unit, row, persons)
    return {person: str(body) for person, body in bodies.items() if isinstance(body, Why)}


async def _foresee(
    unit: UnitOfWork, row: BroadcastRow, wanted: Sequence[Chosen], spent: int, windows: Windows
) -> tuple[dict[int, str], Counter[str], int]:
    """By person why it would not leave before it is given up; how many others would wait, by why; and to how many
    nobody knows whether a window is open. A list of an official account waits for what passes for everybody alone."""
    at = max(unit.now, row.start_at or unit.now)
    message = judged_message(row, at)
    persons = {each.address.identity_id: each.person_id for each in wanted if each.address is not None}
    foreseen = await foresee_each(unit, message, at, persons, spent=spent, windows=windows, others=load_counted)
    is_list, last = row.kind == Kind.ACCOUNT_MASS, message.expires_at
    denied, later, unknown = {}, Counter[str](), 0
    for identity, what in foreseen.items():
        is_late = what.leaves_at is None or (last is not None and what.leaves_at >= last)
        if is_late or (is_list and not waits_for(what.reasons)):
            stands = [each.gate for each in what.reasons if not (is_list and waits_for([each]))]
            denied[persons[identity]] = str((stands or [what.reasons[0].gate])[0])
        elif what.in_the_dark:
            unknown += 1
        elif what.reasons:
            later[str(what.reasons[0].gate)] += 1
    return denied, later, unknown


async def _find_full(unit: UnitOfWork, row: BroadcastRow, members: set[str]) -> list[str]:
    most = mass_tasks.load_limits().per_member_day
    return [
        load.staff
        for load in await mass_tasks.count_members(unit)
        if load.account_id == row.account_id and load.staff in members and load.today + load.waiting >= most
    ]


async def page_recipients(unit: UnitOfWork, row: BroadcastRow, state: str | None, page: PageRequest) -> RecipientPage:
    """A page of recipients, those whose step changed last first; none once they are kept no more."""
    if row.removed_at is not None:
        return RecipientPage(items=[], total=0, page=page.page, size=page.size)
    rows, total = await repository.page_recipients(unit.connection, row.id, state, page)
    names = await _find_names(unit, rows)
    staff = await find_names_of_all(unit, {each.staff for each in rows if each.staff})
    held = await _find_held(unit, row, rows)
    items = [
        RecipientInfo(
            person_id=str(each.person_id),
            name=names.get(each.person_id),
            staff=each.staff,
            staff_name=staff.get(each.staff),
            state=each.state,
            reasons=_reasons(each, held).split(),
            waits_until=held[each.person_id].due if each.person_id in held else None,
            at=each.at,
        )
        for each in rows
    ]
    return RecipientPage(items=items, total=total, page=page.page, size=page.size)


async def _find_held(unit: UnitOfWork, row: BroadcastRow, rows: Sequence[Row[Any]]) -> dict[int, Any]:
    """By the number under which recipients were chosen, why what is queued for them waits, and until when. Of a list
    its job says so."""
    keys = {key_of(row.id, each.person_id): each.person_id for each in rows if each.state == Step.QUEUED}
    find = _FINDERS.get(Kind(row.kind))
    return {keys[key]: held for key, held in (await find(unit, keys)).items()} if keys and find is not None else {}


def _reasons(row: Row[Any], held: dict[int, Any]) -> str:
    """Why the recipient's step is what it is, or what waits for them waits."""
    return str(held[row.person_id].gates if row.person_id in held else row.reason)


_FINDERS = {Kind.MASS_TASK: mass_tasks.find_held, Kind.SERVICE: find_held}


async def _find_names(unit: UnitOfWork, rows: Sequence[Row[Any]]) -> dict[int, str | None]:
    """By the number under which recipients were chosen; they may have been joined to others since."""
    person_of = await find_persons(unit, {each.person_id for each in rows})
    names = await find_person_names(unit, set(person_of.values()))
    return {chosen: names.get(person) for chosen, person in person_of.items()}


async def write_recipients(units: Units, row: BroadcastRow) -> AsyncIterator[str]:
    """All recipients as lines of CSV; each piece in a transaction of its own."""
    yield spreadsheets.MARK + spreadsheets.csv_line(COLUMNS)
    after = None
    while True:
        async with units.begin() as unit:
            rows = await repository.list_recipients(unit.connection, row.id, after, LINES)
            held = await _find_held(unit, row, rows)
            names = await _find_names(unit, rows)
            staff = await find_names_of_all(unit, {each.staff for each in rows if each.staff})
        yield "".join(
            spreadsheets.csv_line(
                [
                    str(each.person_id),
                    names.get(each.person_id) or "",
                    staff.get(each.staff, each.staff),
                    STEPS[each.state],
                    _reasons(each, held),
                    f"{each.at + BEIJING:%Y-%m-%d %H:%M}",
                ]
            )
            for each in rows
        )
        if len(rows) < LINES:
            return
        after = rows[-1].person_id


async def show_tasks(unit: UnitOfWork, row: BroadcastRow) -> list[MemberTask]:
    """What each member has to confirm, those who have not first."""
    rows = await mass_tasks.list_tasks(unit, f"broadcast:{row.id}")
    staff = await find_names_of_all(unit, {each.staff for each in rows})
    names = set(MemberTask.model_fields) - {"staff_name"}
    return [
        MemberTask(**{name: getattr(each, name) for name in names}, staff_name=staff.get(each.staff)) for each in rows
    ]


async def show_load(unit: UnitOfWork) -> LoadInfo:
    """How much members are asked to confirm, and how much of it they do."""
    loads = await mass_tasks.count_members(unit)
    staff = await find_names_of_all(unit, {each.staff for each in loads})
    limits = mass_tasks.load_limits()
    most = limits.per_member_day
    asked, confirmed = sum(each.asked for each in loads), sum(each.confirmed for each in loads)
    members = [
        MemberLoadInfo(
            account_id=each.account_id,
            staff=each.staff,
            staff_name=staff.get(each.staff),
            asked=each.asked,
            confirmed=each.confirmed,
            today=each.today,
            waiting=each.waiting,
            days=_days(each.today, each.waiting, most),
        )
        for each in loads
    ]
    return LoadInfo(
        days=mass_tasks.DAYS,
        per_member_day=round(_expected(loads, most), 2),
        most_per_member_day=most,
        from_hour=limits.from_hour,
        until_hour=limits.until_hour,
        asked=asked,
        confirmed=confirmed,
        rate=round(confirmed / asked, 3) if asked >= FEW else None,
        members=members,
    )


def _days(today: int, waiting: int, most: int) -> int:
    """Days until a member is through: today counts as far as it has room."""
    left = waiting - max(0, most - today)
    return (1 if waiting else 0) + (max(0, -(-left // most)) if waiting else 0)


def _expected(loads: Sequence[mass_tasks.MemberLoad], most: int) -> float:
    """Tasks a member and day: what they have today and what waits, as much of it as a day takes."""
    if not loads:
        return 0.0
    return sum(min(most, each.today + each.waiting) for each in loads) / len(loads)
