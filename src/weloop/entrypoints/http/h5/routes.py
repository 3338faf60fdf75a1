"""What the phone's pages ask for: everything belongs to the member of the session."""

from fastapi import APIRouter

from weloop.access.api import StaffSignedIn
from weloop.entrypoints.http.h5.schemas import PhoneSession, WorldNow
from weloop.kit.http import RequestUnit, RequestUnits
from weloop.kit.unit import UnitOfWork, Units
from weloop.staff.api import find_names

router = APIRouter(prefix="/h5", tags=["h5"])


@router.get("/session")
async def get_phone_session(staff: StaffSignedIn, unit: RequestUnit, units: RequestUnits) -> PhoneSession:
    """Who opened the page."""
    names = await find_names(unit, staff.account_id, [staff.userid])
    return PhoneSession(
        userid=staff.userid,
        name=names.get(staff.userid, staff.userid),
        csrf=staff.csrf,
        clock=read_clock(unit, units),
    )


def read_clock(unit: UnitOfWork, units: Units) -> WorldNow:
    """World time and its pace."""
    return WorldNow(now=unit.now, rate=units.clock.rate)
