"""话术: texts that members send from the chat sidebar. Operators write them; whoever is signed in reads them."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select

from weloop.access.api import CurrentUser, record_act
from weloop.content.models import ScriptRow
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.kit.unit import UnitOfWork

TOPIC = "scripts"
VARIABLES = ("name", "company", "staff")
"""What the sidebar fills in: the customer's name and company, the member's own name."""
MAX_SCRIPTS = 500
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def check_variables(text: str) -> None:
    """Refuse ``{{…}}`` that nothing fills in: the script could never be sent."""
    unknown = [name for name in _VARIABLE.findall(text) if name not in VARIABLES]
    if unknown:
        raise InvalidInput("there is no such variable", code="script_variable", variable=unknown[0][:40])


async def list_scripts(unit: UnitOfWork) -> Sequence[ScriptRow]:
    """All scripts, by category and name."""
    query = select(ScriptRow).order_by(ScriptRow.category, ScriptRow.name, ScriptRow.id)
    return (await unit.session.scalars(query)).all()


async def create_script(unit: UnitOfWork, user: CurrentUser, name: str, category: str, text: str) -> ScriptRow:
    """Write one; Conflict when there are as many as there may be."""
    check_variables(text)
    if (await unit.session.scalar(select(func.count()).select_from(ScriptRow)) or 0) >= MAX_SCRIPTS:
        raise Conflict("too many scripts", code="script_many", max=MAX_SCRIPTS)
    row = ScriptRow(
        name=name, category=category, text=text, created_by=user.id, created_at=unit.now, updated_at=unit.now
    )
    unit.session.add(row)
    await unit.session.flush()
    _note(unit, user, "script_created", row)
    return row


async def change_script(
    unit: UnitOfWork, user: CurrentUser, script_id: int, name: str, category: str, text: str
) -> ScriptRow:
    """Write one anew; NotFound."""
    check_variables(text)
    row = await _load(unit, script_id)
    row.name, row.category, row.text, row.updated_at = name, category, text, unit.now
    _note(unit, user, "script_changed", row)
    return row


async def delete_script(unit: UnitOfWork, user: CurrentUser, script_id: int) -> None:
    """Take one away; what was sent of it stays in the log."""
    row = await _load(unit, script_id)
    await unit.session.delete(row)
    _note(unit, user, "script_deleted", row)


async def _load(unit: UnitOfWork, script_id: int) -> ScriptRow:
    row = await unit.session.get(ScriptRow, script_id, with_for_update=True)
    if row is None:
        raise NotFound("there is no such script", code="script_not_found")
    return row


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: ScriptRow) -> None:
    record_act(unit, user.id, act, f"script:{row.id}", {"name": row.name})
    unit.publish(TOPIC)
