"""Routes of verification files."""

from datetime import datetime
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Path, Request
from pydantic import StringConstraints

from weloop.access.api import Admin, record_act
from weloop.features.verify_files import repository, service
from weloop.features.verify_files.rules import CONTENT, NAME
from weloop.kit.http import RequestUnit, Schema
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/verify-files", tags=["verification files"])
FileName: TypeAlias = Annotated[str, Path(pattern=f"^{NAME}$", max_length=80)]


class VerifyFileInput(Schema):
    """What stands in the file. White space around it falls away."""

    content: Annotated[str, StringConstraints(strip_whitespace=True, pattern=f"^{CONTENT}$")]


class VerifyFileInfo(Schema):
    """One file, and where it is read."""

    name: str
    content: str
    url: str
    changed_at: datetime


@router.get("")
async def list_verify_files(request: Request, _: Admin, unit: RequestUnit) -> list[VerifyFileInfo]:
    """All files at the root of the address."""
    return await _list(request, unit)


@router.put("/{file_name}")
async def put_verify_file(
    request: Request, file_name: FileName, body: VerifyFileInput, user: Admin, unit: RequestUnit
) -> list[VerifyFileInfo]:
    """Store a file, in place of the one of that name; it is served as soon as this is answered."""
    await service.put_file(unit, user.id, file_name, body.content)
    record_act(unit, user.id, "verify_file_put", f"verify_file:{file_name}", {})
    return await _list(request, unit)


@router.delete("/{file_name}")
async def delete_verify_file(
    request: Request, file_name: FileName, user: Admin, unit: RequestUnit
) -> list[VerifyFileInfo]:
    """Take a file away."""
    await service.delete_file(unit, file_name)
    record_act(unit, user.id, "verify_file_deleted", f"verify_file:{file_name}", {})
    return await _list(request, unit)


async def _list(request: Request, unit: UnitOfWork) -> list[VerifyFileInfo]:
    base = request.app.state.public_url
    return [
        VerifyFileInfo(name=row.name, content=row.content, url=f"{base}/{row.name}", changed_at=row.changed_at)
        for row in await repository.list_files(unit.session)
    ]
