"""Routes of sources."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from weloop.access.api import Editor, SignedIn
from weloop.codes.api import find_codes
from weloop.content.api import Picture, Pictures
from weloop.contracts.errors import Conflict, NotFound
from weloop.features.sources import repository, service
from weloop.features.sources.models import Source
from weloop.features.sources.rules import Status
from weloop.features.sources.schemas import SourceChange, SourceCounts, SourceInfo, SourceInput, SourcePage
from weloop.kit.clock import beijing_date
from weloop.kit.http import PageQuery, RequestUnit, RequestUnits, RowId, Search
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/sources", tags=["sources"])
Size = Annotated[int, Query(ge=100, le=2000)]


@router.get("")
async def list_sources(
    _: SignedIn, unit: RequestUnit, page: PageQuery, search: Search = "", status: Status | None = None
) -> SourcePage:
    """Sources, newest first; ``search`` looks into names and for a whole state code."""
    found = await repository.list_sources(unit.session, page, search.strip(), status)
    items = await _infos(unit, found.items)
    return SourcePage(items=items, total=found.total, page=found.page, size=found.size)


@router.post("", status_code=201)
async def create_source(body: SourceInput, user: Editor, unit: RequestUnit) -> SourceInfo:
    """Make a source; its code is being created at first."""
    return await _info(unit, await service.create_source(unit, user, body))


@router.get("/{source_id}")
async def get_source(source_id: RowId, _: SignedIn, unit: RequestUnit) -> SourceInfo:
    """One source."""
    return await _info(unit, await _get(unit, source_id))


@router.patch("/{source_id}")
async def update_source(source_id: RowId, body: SourceChange, user: Editor, unit: RequestUnit) -> SourceInfo:
    """Change a source."""
    return await _info(unit, await service.change_source(unit, user, source_id, body))


@router.delete("/{source_id}", status_code=204)
async def delete_source(source_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Delete a source; its code dies once the platform has confirmed."""
    await service.delete_source(unit, user, source_id)


@router.post("/{source_id}/retry")
async def retry_source(source_id: RowId, user: Editor, unit: RequestUnit) -> SourceInfo:
    """Ask the platform again after a failure."""
    return await _info(unit, await service.retry_source(unit, user, source_id))


@router.get("/{source_id}/qr.png", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def get_source_png(
    request: Request, source_id: RowId, _: SignedIn, units: RequestUnits, size: Size = 600
) -> Response:
    """The code as a picture, at least ``size`` pixels wide where we draw it."""
    name, address = await _address(units, source_id)
    return _download(name, await _pictures(request).get(address, "png", size))


@router.get("/{source_id}/qr.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def get_source_svg(request: Request, source_id: RowId, _: SignedIn, units: RequestUnits) -> Response:
    """The code as a drawing for print, where we draw it ourselves."""
    name, address = await _address(units, source_id)
    return _download(name, await _pictures(request).get(address, "svg", 600))


async def _address(units: RequestUnits, source_id: int) -> tuple[str, str]:
    """Name and code address of a source, in a transaction that ends before the picture is fetched."""
    async with units.begin() as unit:
        source = await _get(unit, source_id)
        if source.qr_code is None:
            raise Conflict("the code is not made yet", code="source_no_code")
        return source.name, source.qr_code


def _pictures(request: Request) -> Pictures:
    pictures: Pictures = request.app.state.pictures
    return pictures


def _download(name: str, picture: Picture) -> Response:
    ending = picture.media_type.removeprefix("image/").removesuffix("+xml")
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(f'{name}.{ending}', safe='')}",
        "Cache-Control": "private, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(picture.content, headers=headers, media_type=picture.media_type)


async def _get(unit: UnitOfWork, source_id: int) -> Source:
    source = await repository.get_source(unit.session, source_id)
    if source is None:
        raise NotFound
    return source


async def _info(unit: UnitOfWork, source: Source) -> SourceInfo:
    return (await _infos(unit, [source]))[0]


async def _infos(unit: UnitOfWork, sources: Sequence[Source]) -> list[SourceInfo]:
    """With their counts and places: two queries for all."""
    today = beijing_date(unit.now)
    counts = await repository.sum_counts(unit.connection, [source.id for source in sources], today)
    codes = await find_codes(unit, [source.state_code for source in sources])
    infos = []
    for source in sources:
        row = counts.get(source.id)
        found = {name: getattr(row, name) or 0 for name in SourceCounts.model_fields} if row else {}
        code = codes.get(source.state_code)
        place = {name: getattr(code, name, None) for name in ("campaign_id", "article_id")}
        place["mechanism"] = code.mechanism if code else ""
        values = {name: getattr(source, name) for name in SourceInfo.model_fields if hasattr(source, name)}
        infos.append(SourceInfo.model_validate({**values, **place, "counts": found}))
    return infos
