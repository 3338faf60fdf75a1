"""Routes of the doctor: this machine, and every account in use."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, Request

from weloop.access.api import Admin
from weloop.accounts.api import What
from weloop.features.doctor import brakes, service
from weloop.features.doctor.schemas import (
    Brake,
    BrakeLift,
    ExaminedAccount,
    FindingInfo,
    show_finding,
    show_report,
)
from weloop.features.doctor.service import Instruments
from weloop.features.doctor.words import Described
from weloop.kit.http import RequestUnit, RequestUnits, RowId
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/doctor", tags=["doctor"])


@router.get("/machine")
async def examine_machine(request: Request, _: Admin) -> list[FindingInfo]:
    """Look at this installation now."""
    examine: Callable[[], Awaitable[Sequence[Described]]] = request.app.state.machine_doctor
    return [show_finding(described) for described in await examine()]


@router.get("/accounts")
async def list_examined(request: Request, _: Admin, unit: RequestUnit) -> list[ExaminedAccount]:
    """What the last examinations found; callbacks as they are now."""
    return await _list(request, unit)


@router.post("/accounts")
async def examine_accounts(request: Request, user: Admin, units: RequestUnits) -> list[ExaminedAccount]:
    """Ask the platforms about all accounts in use, and answer what was found."""
    await service.examine_all(units, _instruments(request), user.id)
    async with units.begin() as unit:
        return await _list(request, unit)


@router.post("/accounts/{account_id}")
async def examine_account(
    request: Request, account_id: RowId, user: Admin, units: RequestUnits
) -> list[ExaminedAccount]:
    """Ask the platform about one account."""
    await service.examine(units, _instruments(request), user.id, account_id)
    async with units.begin() as unit:
        return await _list(request, unit)


@router.post("/accounts/{account_id}/callback-watch")
async def watch_callback(request: Request, account_id: RowId, _: Admin, unit: RequestUnit) -> list[ExaminedAccount]:
    """Begin to wait for the next callback that is believed; the page hears of it live."""
    await service.watch_callback(unit, account_id)
    return await _list(request, unit)


@router.post("/accounts/{account_id}/brakes/{what}/lift", status_code=204)
async def lift_brake(account_id: RowId, what: Brake, body: BrakeLift, user: Admin, unit: RequestUnit) -> None:
    """Let an account's marketing go on although more people leave or complain than usual."""
    await brakes.lift(unit, user, account_id, What(what), body.reason)


async def _list(request: Request, unit: UnitOfWork) -> list[ExaminedAccount]:
    return [show_report(report) for report in await service.read_reports(unit, request.app.state.public_url)]


def _instruments(request: Request) -> Instruments:
    state = request.app.state
    return Instruments(state.checkers, state.staff_fetchers, state.kf_checkers, state.server_clock)
