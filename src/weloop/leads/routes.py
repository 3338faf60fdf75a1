"""Routes of leads."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from weloop.access.api import CurrentUser, Editor, SignedIn, record_act
from weloop.accounts.api import find_account, list_accounts
from weloop.audience.api import find_company_persons
from weloop.codes.api import list_codes
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import InvalidInput
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile
from weloop.contracts.phones import clean_phone
from weloop.identity.api import choose_identities, find_matching, find_persons
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.http import MAX_ID, PageQuery, RequestUnit, RequestUnits, RowId, Search
from weloop.kit.pagination import PageRequest
from weloop.kit.spreadsheets import MARK
from weloop.kit.unit import UnitOfWork, Units
from weloop.leads import arrivals, pages, reading, service
from weloop.leads.export import HEAD, csv_line
from weloop.leads.handlers import rescore
from weloop.leads.models import Lead
from weloop.leads.reading import LeadFilter, Order
from weloop.leads.rules import Stage
from weloop.leads.schemas import (
    ChipsInfo,
    FigureInfo,
    LeadDetail,
    LeadFigurePair,
    LeadPage,
    NewLead,
    NewNote,
    Owner,
    ProfileChange,
    StageChange,
    TaskEnd,
)
from weloop.leads.service import Actor, Chips

router = APIRouter(prefix="/leads", tags=["leads"])
EXPORT_PAGE = 500
Stages: TypeAlias = Annotated[list[Stage] | None, Query()]


class LeadQuery:
    """Which leads a list or a file holds."""

    def __init__(
        self,
        search: Search = "",
        stage: Stages = None,
        staff: Annotated[str | None, Query(max_length=100)] = None,
        pool: bool | None = None,
        late: bool | None = None,
        state: Annotated[str | None, Query(max_length=64)] = None,
        campaign_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
        contact: Annotated[str | None, Query(max_length=100)] = None,
        company_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
    ) -> None:
        """``contact``: an external_userid or openid of one of our accounts."""
        self.search, self.state, self.campaign_id, self.contact = search.strip(), state, campaign_id, contact
        self.company_id = company_id
        self._rest = (stage, staff, pool, late)

    async def read(self, unit: UnitOfWork) -> LeadFilter:
        """The filter, its names looked up."""
        states = [self.state] if self.state is not None else None
        if self.campaign_id is not None:
            states = [code.code for code in await list_codes(unit, campaigns=[self.campaign_id])]
        persons = await find_matching(unit, self.search) if self.search else None
        if self.contact is not None:
            persons = await _find_contact(unit, self.contact)
        if self.company_id is not None:
            persons = await find_company_persons(unit, self.company_id)
        return LeadFilter(*self._rest, states, persons)


async def _find_contact(unit: UnitOfWork, contact: str) -> list[int]:
    kinds = {
        AccountKind.WECOM: IdentityKind.EXTERNAL_CONTACT,
        AccountKind.OFFICIAL_ACCOUNT: IdentityKind.FOLLOWER,
    }
    refs = [
        IdentityRef(kinds[account.kind], account.app_id, contact).id
        for account in await list_accounts(unit)
        if account.kind in kinds
    ]
    return list((await find_persons(unit, refs)).values())


Wanted: TypeAlias = Annotated[LeadQuery, Depends()]


@router.get("")
async def list_leads(
    _: SignedIn, unit: RequestUnit, page: PageQuery, wanted: Wanted, order: Order = "newest"
) -> LeadPage:
    """Leads with how many of them stand at each stage."""
    return await pages.lead_page(unit, await wanted.read(unit), order, page)


@router.get("/figures")
async def get_lead_figures(
    _: SignedIn, unit: RequestUnit, days: Annotated[int, Query(ge=1, le=366)] = 28
) -> LeadFigurePair:
    """Figures of the last Beijing days with today, beside those of as many days before: those of the first page."""
    tomorrow = midnight(beijing_date(unit.now) + timedelta(days=1))
    since = tomorrow - timedelta(days=days)
    now = await reading.read_figures(unit.connection, since, tomorrow, unit.now)
    before = await reading.read_figures(unit.connection, since - timedelta(days=days), since, unit.now)
    return LeadFigurePair(days=days, now=FigureInfo.model_validate(now), before=FigureInfo.model_validate(before))


@router.get("/export.csv", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
async def export_leads(user: Editor, units: RequestUnits, wanted: Wanted) -> StreamingResponse:
    """All leads of a filter as CSV in UTF-8 with a mark, as spreadsheets want it."""
    async with units.begin() as unit:
        found = await wanted.read(unit)
        record_act(unit, user.id, "leads_exported", "leads")
    headers = {"Content-Disposition": 'attachment; filename="leads.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(units, found), media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(units: Units, wanted: LeadFilter) -> AsyncIterator[str]:
    """A page of rows at a time, each in a transaction of its own."""
    yield MARK + HEAD
    number = 1
    while True:
        async with units.begin() as unit:
            rows = await reading.list_leads(
                unit.connection,
                wanted,
                "newest",
                PageRequest(number, EXPORT_PAGE),
                unit.now,
                timedelta(days=1),
            )
            lines = [csv_line(info) for info in await pages.show_leads(unit, rows)]
        yield "".join(lines)
        if len(rows) < EXPORT_PAGE:
            return
        number += 1


@router.post("", status_code=201)
async def create_lead(body: NewLead, user: Editor, unit: RequestUnit) -> LeadDetail:
    """A lead of somebody we know, or of a number with a name; Conflict where they are one already."""
    account = await find_account(unit, body.account_id)
    if account.kind is not AccountKind.WECOM:
        raise InvalidInput("leads belong to the members of a WeCom account", code="lead_needs_wecom")
    lead = await _adopt(unit, body) if body.person_id is not None else await _enter(unit, body)
    record_act(unit, user.id, "lead_created", f"lead:{lead.id}")
    await rescore(unit, [lead])
    return await _show(unit, lead)


async def _adopt(unit: UnitOfWork, body: NewLead) -> Lead:
    chosen = await choose_identities(unit, [int(body.person_id or 0)])
    if not chosen:
        raise InvalidInput("there is no such person", code="person_unknown")
    [(person, identity)] = chosen.items()
    return await arrivals.adopt_person(
        unit, body.account_id, person, identity, f"manual:{person}:{unit.now.isoformat()}"
    )


async def _enter(unit: UnitOfWork, body: NewLead) -> Lead:
    digits = clean_phone(body.phone or "")
    if not digits:
        raise InvalidInput("this is no phone number", code="lead_phone")
    subject = IdentityRef(IdentityKind.PHONE, "", digits)
    profile = Profile(name=body.name, company=body.company)
    return await arrivals.enter_lead(
        unit, body.account_id, subject, profile, f"manual:{subject.id}:{unit.now.isoformat()}"
    )


@router.get("/{lead_id}")
async def get_lead(lead_id: RowId, _: SignedIn, unit: RequestUnit) -> LeadDetail:
    """A lead in full."""
    return await _show(unit, await service.find_lead(unit, lead_id, Actor("console")))


@router.post("/{lead_id}/accept")
async def accept_lead(lead_id: RowId, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """接单, for the member who has it."""
    lead, actor = await _act(unit, user, lead_id, "lead_accepted")
    await service.accept(unit, lead, actor)
    return await _show(unit, lead)


@router.post("/{lead_id}/contacted")
async def mark_lead_contacted(lead_id: RowId, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """已联系: somebody says so."""
    lead, actor = await _act(unit, user, lead_id, "lead_contacted")
    await service.mark_contacted(unit, lead, actor)
    return await _show(unit, lead)


@router.post("/{lead_id}/notes")
async def write_note(lead_id: RowId, body: NewNote, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """A follow-up with the next time."""
    lead, actor = await _act(unit, user, lead_id, "lead_noted")
    await service.follow_up(unit, lead, actor, body.note, body.next_at)
    return await _show(unit, lead)


@router.put("/{lead_id}/chips")
async def set_chips(lead_id: RowId, body: ChipsInfo, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """What is confirmed; a need makes an MQL, need, role and time frame an SQL."""
    lead, actor = await _act(unit, user, lead_id, "lead_qualified")
    await service.qualify(unit, lead, actor, Chips(**body.model_dump()))
    return await _rescored(unit, lead)


@router.put("/{lead_id}/profile")
async def set_profile(lead_id: RowId, body: ProfileChange, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """What is known of the person for the fit."""
    lead, _ = await _act(unit, user, lead_id, "lead_profiled")
    service.set_profile(unit, lead, body.known)
    return await _rescored(unit, lead)


@router.post("/{lead_id}/stage")
async def set_stage(lead_id: RowId, body: StageChange, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """Bring a lead to a later stage, close it, or take a closing back."""
    lead, actor = await _act(unit, user, lead_id, "lead_advanced", {"to": body.to})
    await service.advance(unit, lead, actor, body.to, body.reason, body.amount)
    return await _show(unit, lead)


@router.post("/{lead_id}/assign")
async def assign_lead(lead_id: RowId, body: Owner, user: Editor, unit: RequestUnit) -> LeadDetail:
    """Put a lead to a member."""
    lead, _ = await _act(unit, user, lead_id, "lead_assigned", {"staff": body.staff})
    await service.assign(unit, lead, body.staff)
    return await _show(unit, lead)


@router.post("/{lead_id}/claim")
async def claim_lead(lead_id: RowId, body: Owner, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """Take a lead out of the open pool for a member."""
    lead, _ = await _act(unit, user, lead_id, "lead_claimed", {"staff": body.staff})
    await service.claim(unit, lead, body.staff)
    return await _show(unit, lead)


@router.post("/{lead_id}/return")
async def return_lead(lead_id: RowId, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """Put a lead into the open pool."""
    lead, _ = await _act(unit, user, lead_id, "lead_returned")
    await service.put_back(unit, lead)
    return await _show(unit, lead)


@router.post("/{lead_id}/adding")
async def end_adding(lead_id: RowId, body: TaskEnd, user: SignedIn, unit: RequestUnit) -> LeadDetail:
    """How adding somebody who left a number ended (主动添加)."""
    lead, _ = await _act(unit, user, lead_id, "lead_task_ended", {"outcome": body.outcome})
    await service.end_task(unit, lead, body.outcome)
    return await _show(unit, lead)


async def _act(
    unit: UnitOfWork, user: CurrentUser, lead_id: int, act: str, detail: dict[str, str] | None = None
) -> tuple[Lead, Actor]:
    lead = await service.get_locked(unit, lead_id, Actor("console"))
    record_act(unit, user.id, act, f"lead:{lead_id}", dict(detail or {}))
    return lead, Actor("console", user_id=user.id)


async def _rescored(unit: UnitOfWork, lead: Lead) -> LeadDetail:
    if lead.closed_at is None:
        await rescore(unit, [lead])
    return await _show(unit, lead)


async def _show(unit: UnitOfWork, lead: Lead) -> LeadDetail:
    await unit.session.flush()
    return await pages.lead_detail(unit, lead)
