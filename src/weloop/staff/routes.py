"""Routes of staff members."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request

from weloop.access.api import Admin, SignedIn
from weloop.contracts.accounts import AccountKind, StaffFetcher
from weloop.kit.http import MAX_ID, RequestUnit, RequestUnits, RowId
from weloop.staff import repository, service
from weloop.staff.schemas import StaffInfo, SyncResult

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
