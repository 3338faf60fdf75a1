"""Routes of personal accounts."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path

from weloop.access.api import Editor, SignedIn
from weloop.kit.http import RequestUnit, RowId
from weloop.staff import personal
from weloop.staff.schemas import PersonalArchiving, PersonalCount, PersonalInfo, PersonalInput

router = APIRouter(prefix="/staff/personal-accounts", tags=["staff"])
Day = Annotated[date, Path(description="The Beijing day on which somebody looked.")]


@router.get("")
async def list_personal_accounts(_: SignedIn, unit: RequestUnit) -> list[PersonalInfo]:
    """All of them, archived ones too. They have no API: what is known of them was typed."""
    return [PersonalInfo.model_validate(each) for each in await personal.list_personal(unit)]


@router.post("", status_code=201)
async def add_personal_account(body: PersonalInput, user: Editor, unit: RequestUnit) -> PersonalInfo:
    """Note a personal account."""
    return await _show(unit, await personal.add_personal(unit, user, body.model_dump()))


@router.put("/{personal_id}")
async def change_personal_account(
    personal_id: RowId, body: PersonalInput, user: Editor, unit: RequestUnit
) -> PersonalInfo:
    """Change what is noted."""
    await personal.change_personal(unit, user, personal_id, body.model_dump())
    return await _show(unit, personal_id)


@router.put("/{personal_id}/archived")
async def archive_personal_account(
    personal_id: RowId, body: PersonalArchiving, user: Editor, unit: RequestUnit
) -> PersonalInfo:
    """Put it away, or take it back."""
    await personal.archive_personal(unit, user, personal_id, body.archived)
    return await _show(unit, personal_id)


@router.put("/{personal_id}/counts/{day}")
async def report_personal_friends(
    personal_id: RowId, day: Day, body: PersonalCount, user: Editor, unit: RequestUnit
) -> PersonalInfo:
    """Note how many friends it had on a day; the same day again corrects it."""
    await personal.report_friends(unit, user, personal_id, day, body.friends)
    return await _show(unit, personal_id)


async def _show(unit: RequestUnit, personal_id: int) -> PersonalInfo:
    return PersonalInfo.model_validate(await personal.get_personal(unit, personal_id))
