"""Tasks as screens show them: with names, in a constant number of questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Row

from weloop.identity.api import PersonName, find_names
from weloop.kit.unit import UnitOfWork
from weloop.staff.api import find_names_of_all
from weloop.tasks import repository
from weloop.tasks.schemas import StaffTaskInfo

MOST = 200


async def show_tasks(unit: UnitOfWork, rows: Sequence[Row[Any]]) -> list[StaffTaskInfo]:
    """These tasks with the names of persons and members."""
    persons = await find_names(unit, {row.identity_id for row in rows})
    members = await find_names_of_all(unit, {row.staff for row in rows})
    return [_show(row, persons.get(row.identity_id), members) for row in rows]


def _show(row: Row[Any], person: PersonName | None, members: Mapping[str, str]) -> StaffTaskInfo:
    return StaffTaskInfo(
        id=str(row.id),
        person_id=None if person is None else str(person.id),
        person_name=None if person is None else person.name,
        account_id=row.account_id,
        staff=row.staff,
        staff_name=members.get(row.staff),
        title=row.title,
        note=row.note,
        script_id=row.script_id,
        made_at=row.made_at,
        due_at=row.due_at,
        outcome=row.outcome,
        ended_at=row.ended_at,
    )


async def list_open_of(unit: UnitOfWork, account_id: int, staff: str) -> list[StaffTaskInfo]:
    """A member's open tasks, the most urgent first."""
    return await show_tasks(unit, await repository.list_open(unit.connection, account_id, staff, MOST))
