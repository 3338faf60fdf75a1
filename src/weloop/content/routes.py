"""Routes of uploaded files."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse
from starlette.datastructures import UploadFile

from weloop.access.api import Editor, SignedIn, record_act
from weloop.content import repository
from weloop.content.models import StoredFile
from weloop.content.rules import check_size, clean_name, load_limits, sniff
from weloop.content.schemas import FileInfo
from weloop.content.store import FileStore
from weloop.contracts.errors import InvalidInput, NotFound
from weloop.kit.http import RequestUnit, RequestUnits, RowId

router = APIRouter(prefix="/files", tags=["files"])

MULTIPART_BYTES = 64 * 1024
"""Room for a form's frame around its file."""
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types a browser may show in place; anything else is downloaded."""
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
}


def store_of(request: Request) -> FileStore:
    """The installation's files."""
    store: FileStore = request.app.state.files
    return store


@router.post(
    "",
    status_code=201,
    max_body_size=load_limits().largest + MULTIPART_BYTES,
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}},
)
async def upload_file(
    request: Request, user: Editor, units: RequestUnits, store: Annotated[FileStore, Depends(store_of)]
) -> FileInfo:
    """Upload a file for use in messages."""
    # The form is read here and not by the framework, which would take the whole file before it asks who sends it.
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidInput("the form has no file")
        name = clean_name(file.filename)
        stored = await store.save(file, load_limits().largest)
    mime = sniff(stored.head, name)
    check_size(stored.size, mime)
    async with units.begin() as unit:
        row = StoredFile(sha256=stored.sha256, name=name, mime=mime, size=stored.size, created_at=unit.now)
        unit.session.add(row)
        await unit.session.flush()
        record_act(unit, user.id, "file_uploaded", f"file:{row.id}", {"name": name, "size": stored.size})
        return FileInfo.model_validate(row)


@router.get("/{file_id}", response_class=FileResponse)
async def get_file(
    file_id: RowId, _: SignedIn, unit: RequestUnit, store: Annotated[FileStore, Depends(store_of)]
) -> FileResponse:
    """The bytes of a file."""
    row = await repository.get_file(unit.session, file_id)
    if row is None or not store.path(row.sha256).is_file():
        raise NotFound
    return FileResponse(
        store.path(row.sha256),
        media_type=row.mime,
        filename=row.name,
        content_disposition_type="inline" if row.mime in _SHOWN else "attachment",
        headers={"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=3600"},
    )
