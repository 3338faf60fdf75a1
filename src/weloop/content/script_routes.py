"""Routes of scripts (话术)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, StringConstraints

from weloop.access.api import Editor, SignedIn
from weloop.content import scripts
from weloop.kit.http import Label, PlainText, RequestUnit, RowId, Schema

router = APIRouter(prefix="/scripts", tags=["scripts"])

MAX_TEXT = 2000
"""Our own bound; the public documentation gives none for ``sendChatMessage``."""


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("the text is empty")
    return text


class ScriptInput(Schema):
    """A script. ``category`` may be empty; ``text`` may hold ``{{name}}``, ``{{company}}`` and ``{{staff}}``."""

    name: Label
    category: Annotated[PlainText, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    text: Annotated[PlainText, StringConstraints(min_length=1, max_length=MAX_TEXT), AfterValidator(_not_blank)]


class ScriptInfo(Schema):
    """A script as it stands."""

    id: int
    name: str
    category: str
    text: str
    updated_at: datetime


@router.get("")
async def list_scripts(_: SignedIn, unit: RequestUnit) -> list[ScriptInfo]:
    """All scripts, by category and name."""
    return [ScriptInfo.model_validate(row) for row in await scripts.list_scripts(unit)]


@router.post("", status_code=201)
async def create_script(body: ScriptInput, user: Editor, unit: RequestUnit) -> ScriptInfo:
    """Write a script."""
    return ScriptInfo.model_validate(await scripts.create_script(unit, user, body.name, body.category, body.text))


@router.put("/{script_id}")
async def update_script(script_id: RowId, body: ScriptInput, user: Editor, unit: RequestUnit) -> ScriptInfo:
    """Write a script anew."""
    given = (body.name, body.category, body.text)
    return ScriptInfo.model_validate(await scripts.change_script(unit, user, script_id, *given))


@router.delete("/{script_id}", status_code=204)
async def delete_script(script_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Take a script away."""
    await scripts.delete_script(unit, user, script_id)
