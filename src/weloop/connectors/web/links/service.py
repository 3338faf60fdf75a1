"""Making, changing and ending short links."""

from dataclasses import replace

from weloop.access.api import CurrentUser, record_act
from weloop.campaigns.api import check_campaign
from weloop.codes.api import CodeInfo, CodeKind, get_code, put_code
from weloop.connectors.web.links import repository
from weloop.connectors.web.links.directory import TOPIC
from weloop.connectors.web.links.models import ShortLink
from weloop.connectors.web.links.rules import clean_slug, clean_target
from weloop.connectors.web.links.schemas import LinkChange, LinkInput
from weloop.connectors.web.service import find_site
from weloop.contracts.errors import Conflict, NotFound
from weloop.kit.ids import new_code
from weloop.kit.unit import UnitOfWork

SLUG_LENGTH, STATE_LENGTH = 7, 12


async def add_link(unit: UnitOfWork, user: CurrentUser, own_address: str, given: LinkInput) -> ShortLink:
    """Make a short link with a state code of its own."""
    site = await find_site(unit, given.account_id)
    await check_campaign(unit, given.campaign_id)
    slug = clean_slug(given.slug) if given.slug else new_code(SLUG_LENGTH)
    if await repository.is_taken(unit.session, slug):
        raise Conflict("a link has or had this name", code="link_taken", slug=slug)
    link = ShortLink(
        account_id=site.id,
        slug=slug,
        name=given.name,
        target=clean_target(given.target, own_address),
        state_code=new_code(STATE_LENGTH),
        carries_visitor=given.carries_visitor,
        created_by=user.id,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(link)
    await unit.session.flush()
    await put_code(
        unit, CodeInfo(link.state_code, CodeKind.SHORT_LINK, link.name, link.account_id, given.campaign_id)
    )
    _note(unit, user, "link_created", link)
    return link


async def change_link(
    unit: UnitOfWork, user: CurrentUser, own_address: str, link_id: int, given: LinkChange
) -> ShortLink:
    """Change a link; who opens it from now on is led by what it says now."""
    link = await _get(unit, link_id)
    link.name = given.name or link.name
    link.target = clean_target(given.target, own_address) if given.target else link.target
    link.carries_visitor = link.carries_visitor if given.carries_visitor is None else given.carries_visitor
    link.updated_at = unit.now
    code = replace(await get_code(unit, link.state_code), name=link.name)
    if "campaign_id" in given.model_fields_set and given.campaign_id != code.campaign_id:
        await check_campaign(unit, given.campaign_id)
        code = replace(code, campaign_id=given.campaign_id)
    await put_code(unit, code)
    _note(unit, user, "link_changed", link)
    return link


async def end_link(unit: UnitOfWork, user: CurrentUser, link_id: int) -> None:
    """Delete a link: whoever opens it reads that it has ended."""
    link = await _get(unit, link_id)
    link.deleted_at = link.updated_at = unit.now
    _note(unit, user, "link_deleted", link)


async def _get(unit: UnitOfWork, link_id: int) -> ShortLink:
    link = await repository.get_link(unit.session, link_id, lock=True)
    if link is None:
        raise NotFound("there is no such link", code="link_not_found")
    return link


def _note(unit: UnitOfWork, user: CurrentUser, act: str, link: ShortLink) -> None:
    record_act(unit, user.id, act, f"short_link:{link.id}", {"name": link.name})
    unit.publish(TOPIC)
    unit.publish("links")
