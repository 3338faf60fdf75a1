"""Routes of segments (人群)."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request

from weloop.access.api import Editor, SignedIn
from weloop.audience import repository, segments
from weloop.audience.catalogue import show_terms
from weloop.audience.models import SegmentRow
from weloop.audience.rule import Terms
from weloop.audience.schemas import (
    RuleCount,
    RuleFaultInfo,
    RuleInput,
    SamplePerson,
    SegmentChange,
    SegmentDetail,
    SegmentInfo,
    SegmentInput,
    SegmentMemberInfo,
    SegmentMemberPage,
    TermGroup,
)
from weloop.identity.api import find_faces
from weloop.kit.http import MAX_ID, RequestUnit, RowId

router = APIRouter(prefix="/segments", tags=["segments"])
PAGE = 50


def terms_of(request: Request) -> Terms:
    """The registry; the entry point fills it."""
    found: Terms = request.app.state.terms
    return found


KnownTerms: TypeAlias = Annotated[Terms, Depends(terms_of)]


@router.get("")
async def list_segments(_: SignedIn, unit: RequestUnit, archived: bool = False) -> list[SegmentInfo]:
    """All segments, or all that are archived, newest first."""
    return [SegmentInfo.model_validate(row) for row in await segments.list_segments(unit, archived=archived)]


@router.post("", status_code=201)
async def create_segment(body: SegmentInput, user: Editor, unit: RequestUnit, terms: KnownTerms) -> SegmentDetail:
    """Make a segment; it is filled in the background."""
    return _detail(await segments.create_segment(unit, terms, user, body.name, body.note, body.rule))


@router.get("/terms")
async def list_terms(_: SignedIn, unit: RequestUnit, terms: KnownTerms) -> list[TermGroup]:
    """All that a rule may ask, by module, with names, operators and choices."""
    return await show_terms(unit, terms)


@router.post("/validation")
async def validate_rule(body: RuleInput, _: Editor, unit: RequestUnit, terms: KnownTerms) -> list[RuleFaultInfo]:
    """Everything that is wrong with a rule; nothing is stored."""
    _rule, faults = await segments.examine(unit, terms, body.rule, body.segment_id)
    return [RuleFaultInfo.model_validate(fault) for fault in faults]


@router.post("/estimate")
async def estimate_rule(body: RuleInput, _: Editor, unit: RequestUnit, terms: KnownTerms) -> RuleCount:
    """About how many persons a rule holds for now, within a second; exact where there are few. Nothing is stored."""
    return _count(await segments.estimate_rule(unit, terms, body.rule, body.segment_id))


@router.post("/count")
async def count_rule(body: RuleInput, _: Editor, unit: RequestUnit, terms: KnownTerms) -> RuleCount:
    """How many persons a rule holds for now, and some of them; nothing is stored."""
    return _count(await segments.count_rule(unit, terms, body.rule, body.segment_id))


def _count(found: segments.Counted) -> RuleCount:
    low, high = found.bounds
    sample = [SamplePerson(**{**row._mapping, "id": str(row.id)}) for row in found.sample]
    return RuleCount(count=found.count, low=low, high=high, exact=found.drawn == 1, sample=sample)


@router.get("/{segment_id}")
async def get_segment(segment_id: RowId, _: SignedIn, unit: RequestUnit) -> SegmentDetail:
    """One segment with its rule."""
    return _detail(await segments.get_segment(unit, segment_id))


@router.patch("/{segment_id}")
async def change_segment(
    segment_id: RowId, body: SegmentChange, user: Editor, unit: RequestUnit, terms: KnownTerms
) -> SegmentDetail:
    """Change the name, the note or the rule."""
    edit = segments.SegmentEdit(body.revision, body.name, body.note, body.rule)
    return _detail(await segments.change_segment(unit, terms, user, segment_id, edit))


@router.post("/{segment_id}/archive")
async def archive_segment(segment_id: RowId, user: Editor, unit: RequestUnit, terms: KnownTerms) -> SegmentDetail:
    """Keep it no more."""
    return _detail(await segments.archive_segment(unit, terms, user, segment_id))


@router.post("/{segment_id}/refresh")
async def refresh_segment(segment_id: RowId, user: Editor, unit: RequestUnit) -> SegmentDetail:
    """Have everybody judged anew now."""
    return _detail(await segments.refresh_segment(unit, user, segment_id))


@router.get("/{segment_id}/members")
async def list_segment_members(
    segment_id: RowId,
    _: SignedIn,
    unit: RequestUnit,
    after: Annotated[int, Query(ge=-MAX_ID - 1, le=MAX_ID)] = -MAX_ID - 1,
    size: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> SegmentMemberPage:
    """Members in the order of their ids, those behind ``after``."""
    await segments.get_segment(unit, segment_id)
    rows = await repository.list_members(unit.connection, segment_id, after, size)
    faces = await find_faces(unit, {row.person_id for row in rows})
    items = [
        SegmentMemberInfo(
            person_id=str(row.person_id),
            name=face.name,
            company=face.company,
            avatar_url=face.avatar_url,
            since=row.since,
        )
        for row in rows
        if (face := faces.get(row.person_id)) is not None
    ]
    return SegmentMemberPage(items=items, after=str(rows[-1].person_id) if len(rows) == size else None)


def _detail(row: SegmentRow) -> SegmentDetail:
    return SegmentDetail.model_validate(row)
