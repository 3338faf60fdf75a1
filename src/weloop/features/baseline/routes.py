"""Routes of the baseline."""

from fastapi import APIRouter, Response

from weloop.access.api import SignedIn
from weloop.features.baseline.report import report_baseline
from weloop.features.baseline.schemas import Baseline
from weloop.features.baseline.workbook import make_workbook
from weloop.kit.http import RequestUnit

router = APIRouter(prefix="/baseline", tags=["baseline"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
async def get_baseline(_: SignedIn, unit: RequestUnit) -> Baseline:
    """What is known on the first day, what cannot be told yet, and what to do first."""
    return await report_baseline(unit)


@router.get("/export.xlsx", response_class=Response, responses={200: {"content": {XLSX: {}}}})
async def export_baseline(_: SignedIn, unit: RequestUnit) -> Response:
    """The same as a workbook; it names articles and sources, and no customer."""
    report = await report_baseline(unit)
    headers = {
        "Content-Disposition": f'attachment; filename="baseline-{report.last}.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(make_workbook(report), media_type=XLSX, headers=headers)
