"""Routes of the reports."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from weloop.access.api import SignedIn
from weloop.analytics.article_rates import Measured
from weloop.analytics.parts import Part
from weloop.analytics.path_report import HopReport, PathReport, load_benchmarks, report_path
from weloop.analytics.rules import Chance, Rate
from weloop.analytics.schemas import (
    ChanceInfo,
    HopPersonInfo,
    HopPersonPage,
    HopReportInfo,
    MeasuredInfo,
    PartInfo,
    PathReportInfo,
    RateInfo,
)
from weloop.codes.api import find_codes
from weloop.contracts.errors import InvalidInput, NotFound
from weloop.identity.api import find_person_names, find_unresolved
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.http import PageQuery, RequestUnit, RowId
from weloop.paths.api import PathRef, find_path, list_hop_persons
from weloop.staff.api import find_names_of_all

router = APIRouter(prefix="/paths", tags=["reports"])
DAYS = 28
LONGEST = 366
Text = Annotated[str | None, Query(max_length=100)]


def _period(now: datetime, first: date | None, last: date | None) -> tuple[date, date]:
    """The Beijing days asked for; by default the last 28 with today."""
    end = last or beijing_date(now)
    if 2000 <= end.year < 2200:
        start = first or end - timedelta(days=DAYS - 1)
        if 0 <= (end - start).days < LONGEST and start.year >= 2000:
            return start, end
    raise InvalidInput("a period has 1 to 366 days", code="report_period", max=LONGEST)


@router.get("/{path_id}/report")
async def get_path_report(
    path_id: RowId, _: SignedIn, unit: RequestUnit, first: date | None = None, last: date | None = None
) -> PathReportInfo:
    """Every figure of the path's page, of those who entered within the period."""
    path = await find_path(unit, path_id)
    return _report(await report_path(unit, path, *_period(unit.now, first, last)))


@router.get("/{path_id}/hops/{hop}/persons")
async def list_persons_of_hop(
    path_id: RowId,
    hop: str,
    _: SignedIn,
    unit: RequestUnit,
    page: PageQuery,
    first: date | None = None,
    last: date | None = None,
    passed: bool | None = None,
    state: Text = None,
    staff: Text = None,
) -> HopPersonPage:
    """Who entered a hop within the period, newest first, with exact times."""
    path = await find_path(unit, path_id)
    start, end = _period(unit.now, first, last)
    bounds = (midnight(start), midnight(end + timedelta(days=1)))
    wanted, place = (passed, state, staff), (page.size, page.offset)
    rows, total = await list_hop_persons(unit, path, _number(path, hop), bounds, wanted, place)
    ids = [row.person_id for row in rows]
    names, unresolved = await find_person_names(unit, ids), await find_unresolved(unit, ids)
    codes = await find_codes(unit, {row.state for row in rows if row.state})
    owners = await find_names_of_all(unit, {row.staff for row in rows if row.staff})
    items = [
        HopPersonInfo(
            person_id=str(row.person_id),
            name=names.get(row.person_id),
            source=codes[row.state].name if row.state in codes else None,
            state=row.state,
            owner=owners.get(row.staff),
            staff=row.staff,
            entered_at=row.entered_at,
            passed_at=row.passed_at,
            seconds=(row.passed_at - row.entered_at).total_seconds() if row.passed_at else None,
            resolved=row.person_id not in unresolved,
        )
        for row in rows
    ]
    return HopPersonPage(items=items, total=total, page=page.page, size=page.size)


def _number(path: PathRef, key: str) -> int:
    for number, hop in enumerate(path.definition.hops):
        if hop.key == key:
            return number
    raise NotFound("the path has no such hop", code="hop_not_found")


def _report(report: PathReport) -> PathReportInfo:
    return PathReportInfo(
        path_id=report.path.id,
        built=report.path.built,
        first=report.first,
        last=report.last,
        layer="own",
        hops=[_hop(report.path, hop) for hop in report.hops],
        weakest=_chance(report.path, report.weakest) if report.weakest else None,
        chances=[_chance(report.path, chance) for chance in report.chances],
    )


def _hop(path: PathRef, report: HopReport) -> HopReportInfo:
    hop = path.definition.hops[report.number]
    return HopReportInfo(
        key=hop.key,
        source=hop.source,
        target=hop.target,
        mechanism=hop.mechanism,
        sla=hop.sla,
        rate=_rate(report.rate),
        before=_rate(report.before),
        median=report.median,
        p90=report.p90,
        enough_days=report.enough_days,
        sources=[_part(part) for part in report.sources],
        owners=[_part(part) for part in report.owners],
        cohorts=[_part(part) for part in report.cohorts],
        campaigns=[_part(part) for part in report.campaigns],
        articles=[_part(part) for part in report.articles],
        measured=_measured(report.measured) if report.measured else None,
    )


def _measured(measured: Measured) -> MeasuredInfo:
    return MeasuredInfo(
        layer="official",
        rate=_rate(measured.rate),
        before=_rate(measured.before),
        articles=[_part(part) for part in measured.articles],
        campaigns=[_part(part) for part in measured.campaigns],
        mechanisms=[_part(part) for part in measured.mechanisms],
    )


def _part(part: Part) -> PartInfo:
    return PartInfo(key=part.key, name=part.name, rate=_rate(part.rate), cost=part.cost)


def _rate(rate: Rate) -> RateInfo:
    return RateInfo.model_validate(rate)


def _chance(path: PathRef, chance: Chance) -> ChanceInfo:
    hop = path.definition.hops[chance.hop]
    benchmark = load_benchmarks().get(hop.benchmark) if chance.basis == "benchmark" else None
    return ChanceInfo(
        hop=hop.key,
        rate=_rate(chance.rate),
        target=chance.target,
        basis="benchmark" if chance.basis == "benchmark" else "own",
        benchmark_source=benchmark[1] if benchmark else None,
        onward=chance.onward,
        extra=chance.extra,
        low=chance.low,
        high=chance.high,
    )
