"""Forms of the sites' pages."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from weloop.kit.http import Label, PlainText, Schema

Origin = Annotated[PlainText, Field(max_length=255)]
Origins = Annotated[list[Origin], Field(max_length=20)]
Kind = Literal["public", "server"]


class WriteKeyInfo(Schema):
    """A write key without the key: ``hint`` are its last characters."""

    id: int
    kind: Kind
    name: str
    hint: str
    origins: list[str]
    created_at: datetime
    revoked_at: datetime | None


class NewWriteKey(WriteKeyInfo):
    """A write key with the key, this once."""

    key: str


class SiteInfo(Schema):
    """A website, app or other system. ``address``: where it sends to; ``last_event_at``: when its newest event came."""

    id: int
    name: str
    app_id: str
    address: str
    last_event_at: datetime | None
    keys: list[WriteKeyInfo]


class SiteInput(Schema):
    """A new site, or its new name."""

    name: Label


class WriteKeyInput(Schema):
    """A new write key. ``origins``: pages that may use it, with a public key only."""

    kind: Kind
    name: Label
    origins: Origins = []


class WriteKeyChange(Schema):
    """What shall change of a write key."""

    name: Label | None = None
    origins: Origins | None = None
