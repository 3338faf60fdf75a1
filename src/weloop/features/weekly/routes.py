"""Routes of the weekly report."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from weloop.access.api import SignedIn
from weloop.contracts.errors import InvalidInput
from weloop.features.weekly.report import report_week
from weloop.features.weekly.rules import Period, last_whole_week, period_of
from weloop.features.weekly.schemas import WeekReport
from weloop.features.weekly.workbook import make_workbook
from weloop.kit.clock import beijing_date
from weloop.kit.http import RequestUnit
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/weekly", tags=["weekly"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Monday = Annotated[date | None, Query(description="The week's Monday; the newest whole week without it.")]


def read_period(unit: UnitOfWork, monday: date | None) -> Period:
    """The week asked for; InvalidInput unless it begins on a Monday that has come."""
    today = beijing_date(unit.now)
    first = monday or last_whole_week(today)
    if first.weekday() or first > today or first.year < 2000:
        raise InvalidInput("a week begins on a Monday that has come", code="not_a_week")
    return period_of(first, today)


@router.get("")
async def get_weekly_report(_: SignedIn, unit: RequestUnit, monday: Monday = None) -> WeekReport:
    """What a week brought, what changed and what to do next."""
    return await report_week(unit, read_period(unit, monday))


@router.get("/export.xlsx", response_class=Response, responses={200: {"content": {XLSX: {}}}})
async def export_weekly_report(_: SignedIn, unit: RequestUnit, monday: Monday = None) -> Response:
    """The same as a workbook; names of members and campaigns, none of customers."""
    report = await report_week(unit, read_period(unit, monday))
    headers = {
        "Content-Disposition": f'attachment; filename="weekly-{report.first}.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(make_workbook(report), media_type=XLSX, headers=headers)
