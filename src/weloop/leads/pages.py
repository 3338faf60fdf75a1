"""What the lead pages show: rows with names, scores of this moment, clocks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from weloop.codes.api import CodeInfo, find_codes
from weloop.identity.api import Face, find_faces
from weloop.kit.pagination import PageRequest
from weloop.kit.unit import UnitOfWork
from weloop.leads import reading, repository
from weloop.leads.handlers import score_leads
from weloop.leads.models import Lead
from weloop.leads.reading import LeadFilter, Order
from weloop.leads.rules import Due, NoProof, load_policy, next_step
from weloop.leads.schemas import (
    ChipsInfo,
    ClockInfo,
    LeadDetail,
    LeadInfo,
    LeadPage,
    NoteInfo,
    RefusedProofInfo,
    ScorePartInfo,
    TaskInfo,
)
from weloop.leads.scoring import Part, fade, load_scoring
from weloop.staff.api import find_names_of_all

CLOCKS = (Due.ACCEPT, Due.CONTACT)
MOST_REFUSED = 20


async def lead_page(unit: UnitOfWork, wanted: LeadFilter, order: Order, page: PageRequest) -> LeadPage:
    """A page of leads; five statements, however many rows."""
    half_life = load_scoring().half_life
    rows = await reading.list_leads(unit.connection, wanted, order, page, unit.now, half_life)
    stages = await reading.count_leads(unit.connection, wanted, unit.now, half_life)
    items = await show_leads(unit, rows)
    return LeadPage(items=items, total=sum(stages.values()), page=page.page, size=page.size, stages=stages)


async def show_leads(unit: UnitOfWork, rows: Sequence[Any]) -> list[LeadInfo]:
    """Rows of leads with what they are called; three statements for all."""
    faces = await find_faces(unit, {row.person_id for row in rows})
    codes = await find_codes(unit, {row.state for row in rows} - {""})
    members = {userid for row in rows for userid in (row.staff, row.contacted_by) if userid is not None}
    names = await find_names_of_all(unit, members)
    return [_show(row, faces.get(row.person_id), codes.get(row.state), names, unit.now) for row in rows]


def _show(row: Any, face: Face | None, code: CodeInfo | None, names: dict[str, str], now: datetime) -> LeadInfo:
    engagement = row.engagement * fade(load_scoring(), max(now - row.scored_at, now - now))
    columns = {name: getattr(row, name) for name in LeadInfo.model_fields if hasattr(row, name)}
    return LeadInfo(
        **{
            **columns,
            "person_id": str(row.person_id),
            "name": face.name if face else None,
            "company": face.company if face else None,
            "avatar_url": face.avatar_url if face else None,
            "source": code.name if code else None,
            "campaign_id": code.campaign_id if code else None,
            "contacted_by_name": names.get(row.contacted_by or "", row.contacted_by),
            "staff_name": names.get(row.staff or "", row.staff),
            "score": round(row.fit + engagement),
            "fit": round(row.fit),
            "engagement": round(engagement),
            "waiting_until": row.due_at if row.due_what == Due.RELEASE else None,
            "clock": clock_of(row),
            "late": is_late(row, now),
        }
    )


def clock_of(row: Any) -> ClockInfo | None:
    """The clock that runs or ran out; None for who was contacted, and while nothing was put to anybody."""
    if row.due_what in CLOCKS:
        return ClockInfo(kind=row.due_what, due=row.due_at, over=False)
    answered = row.accepted_at is not None and row.contacted_at is not None
    if row.expired is not None and not answered and row.closed_at is None:
        return ClockInfo(kind=row.expired, due=None, over=True)
    return None


def is_late(row: Any, now: datetime) -> bool:
    """Whether a clock ran out unanswered or the next follow-up is overdue."""
    clock = clock_of(row)
    overdue = row.next_at is not None and row.next_at < now
    return row.closed_at is None and (overdue or (clock is not None and clock.over))


async def lead_detail(unit: UnitOfWork, lead: Lead) -> LeadDetail:
    """A lead in full, its score of this moment explained."""
    [info] = await show_leads(unit, [lead])
    found = (await score_leads(unit, [lead]))[lead.id]
    faces = await find_faces(unit, [lead.person_id])
    notes = await repository.list_notes(unit.session, lead.id)
    refused = await repository.list_refused(unit.session, lead.id, MOST_REFUSED)
    members = {note.staff for note in notes if note.staff} | {each.staff for each in refused}
    names = await find_names_of_all(unit, members)
    policy = load_policy()
    return LeadDetail(
        **info.model_dump(exclude={"score", "fit", "engagement"}),
        score=round(found.total),
        fit=round(found.fit),
        engagement=round(found.engagement),
        phones=list(faces[lead.person_id].phones) if lead.person_id in faces else [],
        chips=ChipsInfo(need=lead.need, role=lead.role, time=lead.time, budget=lead.budget),
        profile=lead.profile or {},
        parts=[_part(part) for part in found.parts],
        notes=[
            NoteInfo(
                id=note.id,
                at=note.at,
                by=names.get(note.staff, note.staff) if note.staff else "",
                note=note.note,
                next_at=note.next_at,
            )
            for note in notes
        ],
        tasks=[TaskInfo.model_validate(task) for task in await repository.open_tasks(unit.session, [lead.id])],
        refused=[
            RefusedProofInfo(
                at=each.at,
                by=names.get(each.staff, each.staff),
                evidence=each.evidence,
                reason=NoProof(each.reason),
                errcode=each.errcode,
            )
            for each in refused
        ],
        suggested_next_at=next_step(policy, lead.contacted_at or unit.now, unit.now),
    )


def _part(part: Part) -> ScorePartInfo:
    scoring = load_scoring()
    most = {**scoring.fit, **{signal.key: signal.points for signal in scoring.signals}}
    points = None if part.points is None else round(part.points, 1)
    return ScorePartInfo(kind=part.kind, key=part.key, points=points, count=part.count, most=most[part.key])
