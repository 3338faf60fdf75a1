"""What the chat sidebar is told, and what it says."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from weloop.entrypoints.http.h5.desk import Evidence, Stage
from weloop.kit.http import MAX_ID, PlainText, Schema

CONTACT = r"^w[mo][A-Za-z0-9_-]{1,62}$"
"""The shape of an ``external_userid``."""
MaterialType: TypeAlias = Literal["text", "link", "image", "file"]
OneId: TypeAlias = Annotated[int, Field(ge=1, le=MAX_ID)]


class PageToSign(Schema):
    """The page's address, and whether the client refused the last signature."""

    url: Annotated[PlainText, StringConstraints(min_length=1, max_length=2048)]
    refused: bool = False


class Signature(Schema):
    """For ``wx.config`` or ``wx.agentConfig``."""

    timestamp: int
    nonce: str
    signature: str


class SignedPage(Schema):
    """What the page registers with, after it loaded ``scripts`` in their order."""

    corp_id: str
    agent_id: int
    scripts: list[str]
    corp: Signature
    app: Signature


class SidebarLead(Schema):
    """The customer's open lead. ``staff``: who has it, None in the open pool; ``mine``: the member who asks."""

    id: str
    stage: Stage
    mine: bool
    staff: str | None
    evidence: Evidence | None


class SidebarCustomer(Schema):
    """The customer of the chat. ``member``: the member's own name, for ``{{staff}}``."""

    name: str | None
    company: str | None
    source: str | None
    member: str
    lead: SidebarLead | None


class SidebarScript(Schema):
    """A text with ``{{…}}`` still in it."""

    id: int
    name: str
    category: str
    text: str


class SidebarLink(Schema):
    """A card with a link. ``article`` is set for an article of ours."""

    title: str
    url: str
    desc: str
    picurl: str
    article: int | None


class SidebarFile(Schema):
    """A picture or a file of a welcome."""

    id: int
    type: Literal["image", "file"]
    name: str


class SidebarMaterials(Schema):
    """All that can be sent."""

    scripts: list[SidebarScript]
    links: list[SidebarLink]
    files: list[SidebarFile]


class FileTicket(Schema):
    """The platform's id, for ``sendChatMessage``."""

    media_id: str


class Report(Schema):
    """What went out. ``client_id`` is made by the page for one press of the button."""

    client_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    type: MaterialType
    script: OneId | None = None
    article: OneId | None = None
    text: Annotated[PlainText, StringConstraints(max_length=4000)] = ""
    title: Annotated[PlainText, StringConstraints(max_length=200)] = ""
    url: Annotated[PlainText, StringConstraints(max_length=2048)] = ""
