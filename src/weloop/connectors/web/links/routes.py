"""Routes of short links."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from weloop.access.api import Editor, SignedIn
from weloop.accounts.api import list_account_names
from weloop.codes.api import find_codes
from weloop.connectors.web.links import repository, service
from weloop.connectors.web.links.models import ShortLink
from weloop.connectors.web.links.rules import PREFIX
from weloop.connectors.web.links.schemas import LinkChange, LinkInfo, LinkInput, LinkPage
from weloop.content.api import draw_code
from weloop.contracts.errors import NotFound
from weloop.kit.http import PageQuery, RequestUnit, RowId, Search
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/short-links", tags=["sites"])
Size = Annotated[int, Query(ge=100, le=2000)]


@router.get("")
async def list_short_links(
    request: Request, _: SignedIn, unit: RequestUnit, page: PageQuery, search: Search = ""
) -> LinkPage:
    """Short links, newest first; ``search`` looks into names and addresses."""
    found = await repository.list_links(unit.session, page, search.strip())
    items = await _infos(request, unit, found.items)
    return LinkPage(items=items, total=found.total, page=found.page, size=found.size)


@router.post("", status_code=201)
async def create_short_link(request: Request, body: LinkInput, user: Editor, unit: RequestUnit) -> LinkInfo:
    """Make a short link."""
    return await _info(request, unit, await service.add_link(unit, user, _own_address(request), body))


@router.patch("/{link_id}")
async def update_short_link(
    request: Request, link_id: RowId, body: LinkChange, user: Editor, unit: RequestUnit
) -> LinkInfo:
    """Change a short link."""
    return await _info(request, unit, await service.change_link(unit, user, _own_address(request), link_id, body))


@router.delete("/{link_id}", status_code=204)
async def delete_short_link(link_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Delete a short link; opening it tells that it has ended."""
    await service.end_link(unit, user, link_id)


@router.get(
    "/{link_id}/qr.{form}",
    response_class=Response,
    responses={200: {"content": {"image/png": {}, "image/svg+xml": {}}}},
)
async def get_short_link_code(
    request: Request, link_id: RowId, form: Literal["png", "svg"], _: SignedIn, unit: RequestUnit, size: Size = 600
) -> Response:
    """The address as a code for print."""
    link = await repository.get_link(unit.session, link_id)
    if link is None:
        raise NotFound("there is no such link", code="link_not_found")
    picture = draw_code(f"{_own_address(request)}{PREFIX}{link.slug}", form, size)
    headers = {
        "Content-Disposition": f'inline; filename="{link.slug}.{form}"',
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(picture.content, headers=headers, media_type=picture.media_type)


def _own_address(request: Request) -> str:
    address: str = request.app.state.public_url
    return address


async def _info(request: Request, unit: UnitOfWork, link: ShortLink) -> LinkInfo:
    return (await _infos(request, unit, [link]))[0]


async def _infos(request: Request, unit: UnitOfWork, links: Sequence[ShortLink]) -> list[LinkInfo]:
    """With counts, codes and names: three queries for all."""
    counts = await repository.count_openings(unit.connection, [link.slug for link in links])
    codes = await find_codes(unit, [link.state_code for link in links])
    names = await list_account_names(unit)
    infos = []
    for link in links:
        openings, visitors = counts.get(link.slug, (0, 0))
        code = codes.get(link.state_code)
        infos.append(
            LinkInfo.model_validate(
                {
                    **{name: getattr(link, name) for name in LinkInfo.model_fields if hasattr(link, name)},
                    "site_name": names.get(link.account_id),
                    "url": f"{_own_address(request)}{PREFIX}{link.slug}",
                    "campaign_id": code.campaign_id if code else None,
                    "openings": openings,
                    "visitors": visitors,
                }
            )
        )
    return infos
