"""What the phone's pages ask for: everything belongs to the member of the session."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Request

from weloop.access.api import CurrentStaff, StaffSignedIn
from weloop.content.api import list_scripts
from weloop.contracts.errors import NotAllowed
from weloop.entrypoints.http.h5.desk import DeskCard, DeskLead, DeskQualification, LeadDesk, Owner
from weloop.entrypoints.http.h5.schemas import (
    FriendsCount,
    LeadClock,
    LeadClosing,
    NewFollowUp,
    PhoneCounts,
    PhoneDesk,
    PhoneFollowUp,
    PhoneLead,
    PhoneLeadCard,
    PhonePersonal,
    PhonePool,
    PhoneSession,
    PhoneTask,
    PhoneTaskEnd,
    PhoneTasks,
    PhoneTaskScript,
    PoolLead,
    PoolRules,
    Qualification,
    ScorePart,
    WorldNow,
)
from weloop.features.weekly.api import WeekReport, read_period, report_week
from weloop.identity.api import find_faces
from weloop.kit.clock import beijing_date
from weloop.kit.http import RequestUnit, RequestUnits, RowId
from weloop.kit.unit import UnitOfWork, Units
from weloop.staff.api import Personal, find_duties, find_names, list_personal, report_friends
from weloop.tasks.api import StaffTaskInfo, count_open_of, end_task, list_open_of

router = APIRouter(prefix="/h5", tags=["h5"])


def desk_of(request: Request, _: StaffSignedIn) -> LeadDesk:
    """Whoever keeps leads."""
    desk: LeadDesk = request.app.state.lead_desk
    return desk


Desk: TypeAlias = Annotated[LeadDesk, Depends(desk_of)]


@router.get("/session")
async def get_phone_session(staff: StaffSignedIn, unit: RequestUnit, units: RequestUnits) -> PhoneSession:
    """Who opened the page."""
    names = await find_names(unit, staff.account_id, [staff.userid])
    name = names.get(staff.userid, staff.userid)
    return PhoneSession(userid=staff.userid, name=name, csrf=staff.csrf, clock=read_clock(unit, units))


@router.get("/leads")
async def list_phone_leads(staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits) -> PhoneDesk:
    """The member's leads."""
    leads = await desk.list_leads(unit, _owner(staff))
    return PhoneDesk(
        clock=read_clock(unit, units),
        counts=_count(leads),
        leads=[_show_lead(lead) for lead in leads],
        pool=await desk.count_pool(unit, _owner(staff)),
        tasks=await count_open_of(unit, staff.account_id, staff.userid),
    )


@router.get("/pool")
async def list_phone_pool(staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits) -> PhonePool:
    """公海 of the member's account, with how many the member may still claim today."""
    pool = await desk.list_pool(unit, _owner(staff))
    return PhonePool(
        clock=read_clock(unit, units),
        leads=[PoolLead.model_validate(_show_lead(lead)) for lead in pool.leads],
        total=pool.total,
        claims_left=pool.claims_left,
        rules=PoolRules.model_validate(pool),
    )


@router.post("/leads/{lead_id}/claim")
async def claim_phone_lead(
    lead_id: RowId, staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits
) -> PhoneLeadCard:
    """领取, which is 接单 as well."""
    await desk.claim(unit, _owner(staff), lead_id)
    return await _show(desk, unit, units, staff, lead_id)


@router.get("/leads/{lead_id}")
async def get_phone_lead(
    lead_id: RowId, staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits
) -> PhoneLeadCard:
    """A lead in full."""
    return await _show(desk, unit, units, staff, lead_id)


@router.post("/leads/{lead_id}/accept")
async def accept_phone_lead(
    lead_id: RowId, staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits
) -> PhoneLeadCard:
    """接单."""
    await desk.accept(unit, _owner(staff), lead_id)
    return await _show(desk, unit, units, staff, lead_id)


@router.post("/leads/{lead_id}/contacted")
async def mark_phone_lead_contacted(
    lead_id: RowId, staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits
) -> PhoneLeadCard:
    """已联系: the member says so."""
    await desk.mark_contacted(unit, _owner(staff), lead_id)
    return await _show(desk, unit, units, staff, lead_id)


@router.post("/leads/{lead_id}/invalid")
async def close_phone_lead(
    lead_id: RowId, body: LeadClosing, staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits
) -> PhoneLeadCard:
    """The lead is none."""
    await desk.close(unit, _owner(staff), lead_id, body.reason)
    return await _show(desk, unit, units, staff, lead_id)


@router.post("/leads/{lead_id}/follow-ups")
async def follow_up_phone_lead(
    lead_id: RowId, body: NewFollowUp, staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits
) -> PhoneLeadCard:
    """Write a note with the next time."""
    await desk.follow_up(unit, _owner(staff), lead_id, body.note, body.next_at)
    return await _show(desk, unit, units, staff, lead_id)


@router.put("/leads/{lead_id}/qualification")
async def qualify_phone_lead(
    lead_id: RowId, body: Qualification, staff: StaffSignedIn, desk: Desk, unit: RequestUnit, units: RequestUnits
) -> PhoneLeadCard:
    """Set the four chips."""
    await desk.qualify(unit, _owner(staff), lead_id, DeskQualification(**body.model_dump()))
    return await _show(desk, unit, units, staff, lead_id)


@router.get("/weekly/{monday}")
async def get_phone_weekly_report(monday: date, staff: StaffSignedIn, unit: RequestUnit) -> WeekReport:
    """周报, for team leads."""
    duty = (await find_duties(unit, staff.account_id)).get(staff.userid)
    if duty is None or not duty.is_leader:
        raise NotAllowed("the weekly report is for team leads", code="leaders_only")
    return await report_week(unit, read_period(unit, monday))


@router.get("/personal-accounts")
async def list_phone_personal_accounts(staff: StaffSignedIn, unit: RequestUnit) -> list[PhonePersonal]:
    """The personal accounts that the member holds."""
    return [_show_personal(each) for each in await list_personal(unit, (staff.account_id, staff.userid))]


@router.put("/personal-accounts/{personal_id}/friends")
async def report_phone_friends(
    personal_id: RowId, body: FriendsCount, staff: StaffSignedIn, unit: RequestUnit
) -> list[PhonePersonal]:
    """报一次好友数: today's number."""
    holder = (staff.account_id, staff.userid)
    await report_friends(unit, holder, personal_id, beijing_date(unit.now), body.friends)
    return await list_phone_personal_accounts(staff, unit)


@router.get("/tasks")
async def list_phone_tasks(staff: StaffSignedIn, unit: RequestUnit, units: RequestUnits) -> PhoneTasks:
    """任务: what the member has to do, the most urgent first."""
    tasks = await list_open_of(unit, staff.account_id, staff.userid)
    return PhoneTasks(clock=read_clock(unit, units), tasks=await _show_tasks(unit, tasks))


@router.post("/tasks/{task_id}/end")
async def end_phone_task(
    task_id: RowId, body: PhoneTaskEnd, staff: StaffSignedIn, unit: RequestUnit, units: RequestUnits
) -> PhoneTasks:
    """Say what came of a task."""
    await end_task(unit, task_id, body.outcome, (staff.account_id, staff.userid))
    return await list_phone_tasks(staff, unit, units)


async def _show_tasks(unit: UnitOfWork, tasks: Sequence[StaffTaskInfo]) -> list[PhoneTask]:
    """With the scripts that are still there."""
    told = any(task.script_id for task in tasks)
    scripts = {row.id: row for row in await list_scripts(unit)} if told else {}
    persons = {int(task.person_id) for task in tasks if task.script_id in scripts and task.person_id}
    faces = await find_faces(unit, persons) if persons else {}
    shown = []
    for task in tasks:
        row, face = scripts.get(task.script_id or 0), faces.get(int(task.person_id or 0))
        script = None
        if row is not None:
            company = face.company if face is not None else None
            script = PhoneTaskScript(name=row.name, text=row.text, company=company, staff=task.staff_name)
        shown.append(
            PhoneTask(
                id=task.id,
                person=task.person_name,
                title=task.title,
                note=task.note,
                due_at=task.due_at,
                script=script,
            )
        )
    return shown


def _show_personal(each: Personal) -> PhonePersonal:
    day, friends = each.counts[-1] if each.counts else (None, None)
    return PhonePersonal(id=each.id, name=each.name, day=day, friends=friends, is_due=each.is_due)


def read_clock(unit: UnitOfWork, units: Units) -> WorldNow:
    """World time and its pace."""
    return WorldNow(now=unit.now, rate=units.clock.rate)


def _owner(staff: CurrentStaff) -> Owner:
    return Owner(staff.account_id, staff.userid)


async def _show(desk: LeadDesk, unit: UnitOfWork, units: Units, staff: CurrentStaff, lead_id: int) -> PhoneLeadCard:
    card = await desk.get_lead(unit, _owner(staff), lead_id)
    return _show_card(card, read_clock(unit, units))


def _show_card(card: DeskCard, clock: WorldNow) -> PhoneLeadCard:
    return PhoneLeadCard(
        clock_now=clock,
        lead=_show_lead(card.lead),
        phone=card.phone,
        external_userid=card.external_userid,
        waiting_until=card.waiting_until,
        accepted_at=card.accepted_at,
        contacted_at=card.contacted_at,
        evidence=card.evidence,
        score_parts=[ScorePart.model_validate(part) for part in card.score_parts],
        qualification=Qualification.model_validate(card.qualification),
        follow_ups=[PhoneFollowUp.model_validate(each) for each in card.follow_ups],
    )


def _show_lead(lead: DeskLead) -> PhoneLead:
    """The id is text, since JavaScript would round it."""
    return PhoneLead(
        id=str(lead.id),
        name=lead.name,
        company=lead.company,
        source=lead.source,
        stage=lead.stage,
        score=lead.score,
        bucket=lead.bucket,
        arrived_at=lead.arrived_at,
        next_at=lead.next_at,
        clock=None if lead.clock is None else LeadClock.model_validate(lead.clock),
    )


def _count(leads: Sequence[DeskLead]) -> PhoneCounts:
    counts = Counter(lead.bucket for lead in leads)
    return PhoneCounts(new=counts["new"], overdue=counts["overdue"], today=counts["today"], later=counts["later"])
