"""What follows the text of a welcome: a link, a picture or file, the code of a group."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from weloop.kit.http import MAX_ID, PlainText, Schema, WebAddress

PICTURES = frozenset({"image/png", "image/jpeg"})
"""What the platform takes as a picture."""


class LinkAttachment(Schema):
    """A card that leads to a web page."""

    type: Literal["link"]
    title: Annotated[PlainText, Field(min_length=1, max_length=128)]
    url: WebAddress
    desc: Annotated[PlainText, Field(max_length=512)] | None = None
    picurl: WebAddress | None = None


class FileAttachment(Schema):
    """An uploaded picture or file."""

    type: Literal["image", "file"]
    file_id: Annotated[int, Field(ge=1, le=MAX_ID)]
    name: Annotated[PlainText, Field(max_length=200)] = ""


class JoinWayAttachment(Schema):
    """The picture of the code of a join way, by which the contact comes into a group chat."""

    type: Literal["join_way"]
    code: Annotated[PlainText, Field(min_length=1, max_length=30)]
    name: Annotated[PlainText, Field(max_length=100)] = ""


Attachment: TypeAlias = Annotated[LinkAttachment | FileAttachment | JoinWayAttachment, Field(discriminator="type")]
