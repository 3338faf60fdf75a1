"""Routes of existing people."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter

from weloop.access.api import Admin, SignedIn, record_act
from weloop.features.existing import repository, service
from weloop.kit.http import RequestUnit, RowId, Schema
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/existing-people", tags=["existing people"])


class ExistingFailure(Schema):
    """Why a run ended early: the UI translates ``error.<code>`` with ``params``."""

    code: str
    params: dict[str, Any]


class ExistingInfo(Schema):
    """How far the existing people of an account were fetched. ``total`` is null where the platform tells none."""

    account_id: int
    state: Literal["running", "done", "failed"]
    seen: int
    total: int | None
    failure: ExistingFailure | None
    started_at: datetime
    ended_at: datetime | None


@router.get("")
async def list_existing(_: SignedIn, unit: RequestUnit) -> list[ExistingInfo]:
    """The accounts whose existing people were asked for."""
    return await _list(unit)


@router.post("/{account_id}", status_code=202)
async def fetch_existing(account_id: RowId, user: Admin, unit: RequestUnit) -> list[ExistingInfo]:
    """Fetch everybody who was there before; a run under way goes on, a failed one is taken up where it stood."""
    await service.begin(unit, account_id)
    record_act(unit, user.id, "existing_fetched", f"account:{account_id}", {})
    return await _list(unit)


async def _list(unit: UnitOfWork) -> list[ExistingInfo]:
    rows = await repository.list_syncs(unit.session)
    return [
        ExistingInfo.model_validate({name: getattr(row, name) for name in ExistingInfo.model_fields}) for row in rows
    ]
