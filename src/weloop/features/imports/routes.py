"""Routes of imports. Files of people are for those who may reach all customers: editors."""

import re
from pathlib import PurePosixPath

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile

from weloop.access.api import Editor
from weloop.contracts.errors import InvalidInput
from weloop.features.imports import pages, service
from weloop.features.imports.faults import fault_lines
from weloop.features.imports.rules import load_limits
from weloop.features.imports.schemas import ImportDetail, ImportInfo, ImportMapping, ImportPage
from weloop.features.imports.template import template_file
from weloop.features.imports.uploads import FileReader
from weloop.kit.http import PageQuery, RequestUnit, RequestUnits, RowId
from weloop.kit.seal import Vault

router = APIRouter(prefix="/imports", tags=["imports"])

MULTIPART_BYTES = 64 * 1024
"""Room for a form's frame around its file."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
}


def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


@router.get("")
async def list_imports(_: Editor, unit: RequestUnit, page: PageQuery) -> ImportPage:
    """Imports, newest first."""
    return await pages.import_page(unit, page)


@router.post(
    "",
    status_code=201,
    max_body_size=load_limits().file_bytes + MULTIPART_BYTES,
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}},
)
async def upload_import(request: Request, user: Editor, units: RequestUnits) -> ImportDetail:
    """Upload a CSV or XLSX file; it is a draft until somebody lets it come in."""
    largest = load_limits().file_bytes
    # The form is read here and not by the framework, which would take the whole file before it asks who sends it.
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidInput("the form has no file")
        name = _clean_name(file.filename)
        content = await file.read(largest + 1)
    if len(content) > largest:
        raise InvalidInput("the file is too large", code="file_large", max=largest)
    reader: FileReader = request.app.state.file_reader
    read = await reader.read(content)
    async with units.begin() as unit:
        row = await service.create_import(unit, _vault(request), user, name, read)
        return await pages.import_detail(unit, _vault(request), row.id)


def _clean_name(name: str | None) -> str:
    """The last part of a file name, without control characters, at most 120 characters with its ending kept."""
    bare = re.split(r"[/\\]", name or "")[-1]
    bare = "".join(sign for sign in bare if sign.isprintable()).strip(" .") or "file"
    suffix = PurePosixPath(bare).suffix[:12]
    return bare if len(bare) <= 120 else bare[: 120 - len(suffix)] + suffix


@router.get("/template.xlsx", response_class=Response, responses={200: {"content": {XLSX: {}}}})
async def get_template(_: Editor) -> Response:
    """An empty workbook with the columns that are known, numbers kept as text."""
    headers = {"Content-Disposition": 'attachment; filename="weloop-import.xlsx"', "Cache-Control": "no-store"}
    return Response(template_file(), media_type=XLSX, headers=headers)


@router.get("/{import_id}")
async def get_import(import_id: RowId, _: Editor, request: Request, unit: RequestUnit) -> ImportDetail:
    """One import with its columns, its first rows, and what came of it."""
    return await pages.import_detail(unit, _vault(request), import_id)


@router.put("/{import_id}/mapping", status_code=202)
async def map_import(import_id: RowId, body: ImportMapping, user: Editor, unit: RequestUnit) -> ImportInfo:
    """Say what the columns mean; the import is checked then."""
    return await pages.import_info(unit, await service.map_import(unit, user, import_id, body))


@router.post("/{import_id}/run", status_code=202)
async def run_import(import_id: RowId, user: Editor, unit: RequestUnit) -> ImportInfo:
    """Let a checked import come in."""
    return await pages.import_info(unit, await service.run_import(unit, user, import_id))


@router.post("/{import_id}/undo", status_code=202)
async def undo_import(import_id: RowId, user: Editor, unit: RequestUnit) -> ImportInfo:
    """Take back what an import made and nobody has touched since."""
    return await pages.import_info(unit, await service.undo_import(unit, user, import_id))


@router.get("/{import_id}/faults.csv", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
async def download_faults(import_id: RowId, _: Editor, request: Request, units: RequestUnits) -> StreamingResponse:
    """What is wrong with the rows that stay out, as CSV in UTF-8 with a mark, as spreadsheets want it."""
    async with units.begin() as unit:
        row = await pages.load_import(unit, import_id)
    headers = {"Content-Disposition": 'attachment; filename="faults.csv"', "Cache-Control": "no-store"}
    lines = fault_lines(units, _vault(request), row)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@router.delete("/{import_id}", status_code=204)
async def delete_import(import_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Delete a file that never came in."""
    await service.delete_import(unit, user, import_id)
