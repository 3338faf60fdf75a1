"""Routes of staff members."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from weloop.access.api import Admin, Editor, SignedIn
from weloop.contracts.accounts import AccountKind, StaffFetcher
from weloop.kit.http import MAX_ID, RequestUnit, RequestUnits, RowId
from weloop.staff import duties, repository, service
from weloop.staff.duties import Duty
from weloop.staff.schemas import DutyInfo, DutyInput, SpecialDay, SpecialDays, StaffInfo, SyncResult
from weloop.staff.shifts import Shift, is_working

router = APIRouter(tags=["staff"])


@router.get("/staff")
async def list_staff(
    _: SignedIn, unit: RequestUnit, account_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None
) -> list[StaffInfo]:
    """Members of one account, or of all."""
    rows = await repository.list_staff(unit.session, account_id)
    return [StaffInfo.model_validate(row) for row in rows]


@router.post("/accounts/{account_id}/staff-sync")
async def sync_staff(request: Request, account_id: RowId, user: Admin, units: RequestUnits) -> SyncResult:
    """Copy the list of members from the platform."""
    fetchers: Mapping[AccountKind, StaffFetcher] = request.app.state.staff_fetchers
    return SyncResult(synced=await service.sync_staff(units, fetchers, account_id, user.id))


@router.get("/staff/duties")
async def list_duties(_: SignedIn, unit: RequestUnit) -> list[DutyInfo]:
    """What every member does about leads, and how much room for customers is left."""
    return [_show(duty, unit.now) for duty in await duties.list_duties(unit)]


@router.put("/staff/duties/{account_id}/{userid}")
async def set_duty(
    account_id: RowId,
    userid: Annotated[str, Path(max_length=100)],
    body: DutyInput,
    user: Editor,
    unit: RequestUnit,
) -> DutyInfo:
    """Set a member's shift, share, cap and back-up."""
    given = Duty(
        account_id,
        userid,
        "",
        contact_enabled=False,
        shift=Shift(away_until=body.away_until),
        weight=body.weight,
        daily_cap=body.daily_cap,
        backup=body.backup,
        is_leader=body.is_leader,
        friend_limit=body.friend_limit or 0,
    )
    await duties.set_duty(unit, user, given, body.week)
    return _show((await duties.find_duties(unit, account_id))[userid], unit.now)


@router.get("/staff/special-days")
async def list_special_days(_: SignedIn, unit: RequestUnit) -> SpecialDays:
    """Holidays and days made up for."""
    days = await repository.load_special_days(unit.session)
    return SpecialDays(days=[SpecialDay(day=day, working=working) for day, working in days.items()])


@router.put("/staff/special-days")
async def set_special_days(body: SpecialDays, user: Editor, unit: RequestUnit) -> SpecialDays:
    """Let exactly these be the days that are not like their weekday."""
    await duties.set_special_days(unit, user, {each.day: each.working for each in body.days})
    return await list_special_days(user, unit)


def _show(duty: Duty, now: datetime) -> DutyInfo:
    values = {name: getattr(duty, name) for name in DutyInfo.model_fields if hasattr(duty, name)}
    shift = duty.shift
    week = [[list(span) for span in day] for day in shift.week]
    return DutyInfo(**values, week=week, away_until=shift.away_until, working=is_working(shift, now))
