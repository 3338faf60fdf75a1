"""What the chat sidebar asks for: a signature of its page, the customer of the chat, what can be sent, what was sent.

That something was sent is the page's word: WeCom tells the page and nobody else (ADR 0026). So only the signed-in
member is heard, only of a customer who is their friend, and only so often.
"""

from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Request

from weloop.access.api import StaffSignedIn
from weloop.contracts.accounts import PageCredentials, PageSigner
from weloop.contracts.errors import InvalidInput
from weloop.contracts.media import PageMedia
from weloop.entrypoints.http.h5 import sidebar_desk
from weloop.entrypoints.http.h5.desk import Owner
from weloop.entrypoints.http.h5.sidebar_desk import Customer, Materials, SendRate
from weloop.entrypoints.http.h5.sidebar_schemas import (
    CONTACT,
    FileTicket,
    PageToSign,
    Report,
    SidebarCustomer,
    SidebarMaterials,
    SignedPage,
)
from weloop.entrypoints.http.static import SIDEBAR_PAGE
from weloop.features.doctor.api import note_sidebar
from weloop.kit.http import RequestUnit, RequestUnits, RowId

router = APIRouter(prefix="/h5/sidebar", tags=["h5"])

ExternalUserid: TypeAlias = Annotated[str, Path(pattern=CONTACT)]


@router.post("/signature")
async def sign_sidebar_page(request: Request, body: PageToSign, staff: StaffSignedIn) -> SignedPage:
    """Sign the sidebar's page, and no other, for the member's corp and app."""
    _check_page(body.url, request.app.state.public_url)
    signer: PageSigner = request.app.state.page_signer
    signed: PageCredentials = await signer.sign(staff.account_id, body.url.partition("#")[0], renew=body.refused)
    return SignedPage.model_validate(signed)


@router.get("/materials")
async def list_sidebar_materials(_: StaffSignedIn, unit: RequestUnit) -> SidebarMaterials:
    """What can be sent: scripts, links of articles and welcomes, files of welcomes."""
    found: Materials = await sidebar_desk.list_materials(unit)
    return SidebarMaterials.model_validate(found)


@router.post("/files/{file_id}")
async def get_sidebar_file_ticket(
    request: Request, file_id: RowId, staff: StaffSignedIn, units: RequestUnits
) -> FileTicket:
    """The platform's id of a file that can be sent."""
    async with units.begin() as unit:
        file = await sidebar_desk.find_file(unit, file_id)
    media: PageMedia = request.app.state.page_media
    return FileTicket(media_id=await media.media_id(staff.account_id, file_id, file.type))


@router.get("/customers/{external_userid}")
async def get_sidebar_customer(
    external_userid: ExternalUserid, staff: StaffSignedIn, unit: RequestUnit
) -> SidebarCustomer:
    """The customer of the chat, who must be the member's friend. That the page was opened is noted."""
    customer = await sidebar_desk.find_customer(unit, Owner(staff.account_id, staff.userid), external_userid)
    await note_sidebar(unit, staff.account_id, staff.userid)
    return _show(customer)


@router.post("/customers/{external_userid}/sent")
async def report_sidebar_sent(
    request: Request, external_userid: ExternalUserid, body: Report, staff: StaffSignedIn, unit: RequestUnit
) -> SidebarCustomer:
    """WeCom told the page that a message went out: it is noted once per ``client_id``, and is a first contact."""
    rate: SendRate = request.app.state.send_rate
    rate.take(staff)
    owner = Owner(staff.account_id, staff.userid)
    customer = await sidebar_desk.find_customer(unit, owner, external_userid)
    await sidebar_desk.note_sent(unit, owner, customer, body)
    return _show(await sidebar_desk.find_customer(unit, owner, external_userid))


def _show(customer: Customer) -> SidebarCustomer:
    return SidebarCustomer.model_validate(customer)


def _check_page(url: str, public_url: str) -> None:
    """Sign nothing but our own page: a signature lets a page act as the app."""
    try:
        asked, ours = urlsplit(url), urlsplit(public_url)
        fits = (asked.scheme, asked.netloc, asked.path) == (ours.scheme, ours.netloc, ours.path + SIDEBAR_PAGE)
    except ValueError:
        fits = False
    if not fits:
        raise InvalidInput("this page is not signed", code="sidebar_foreign_page")
