"""Schemas of the sources routes."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from weloop.codes.api import Mechanism
from weloop.content.api import Attachment
from weloop.features.sources.rules import Status, Step
from weloop.kit.http import MAX_ID, Label, PlainText, Schema

Userid = Annotated[PlainText, Field(min_length=1, max_length=64)]


class Welcome(Schema):
    """What a new contact is sent at once; empty: nothing. Text of at most 4000 bytes, at most 9 attachments."""

    text: Annotated[PlainText, Field(max_length=4000)] = ""
    attachments: list[Attachment] = Field(default_factory=list, max_length=9)


class SourceInput(Schema):
    """A new contact way and its welcome.

    ``campaign_id`` None is 日常; ``mechanism``: how the code is offered; ``article_id``: at whose foot it stands.
    """

    name: Label
    account_id: Annotated[int, Field(ge=1, le=MAX_ID)]
    users: Annotated[list[Userid], Field(min_length=1, max_length=1000)]
    skip_verify: bool = True
    welcome: Welcome = Field(default_factory=Welcome)
    campaign_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    mechanism: Mechanism = ""
    article_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None


class SourceChange(Schema):
    """What shall change; what is left out, or None, stays. Only ``campaign_id`` may be given as None: 日常."""

    name: Label | None = None
    users: Annotated[list[Userid], Field(min_length=1, max_length=1000)] | None = None
    skip_verify: bool | None = None
    welcome: Welcome | None = None
    campaign_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    mechanism: Mechanism | None = None
    version: int | None = None
    """The version that was read: another one now is a conflict."""


class SourceFailure(Schema):
    """What the platform did not do, and why: the UI translates ``error.<code>`` with ``params``.

    ``key`` names the command that failed. After a failed update or deletion the code works as before.
    """

    code: str
    params: dict[str, Any]
    step: Step = Step.CREATE
    key: str = ""


class SourceCounts(Schema):
    """``added`` and ``lost`` count friendships, ``added_today`` those of the Beijing day."""

    added: int = 0
    added_today: int = 0
    lost: int = 0
    welcome_sent: int = 0
    welcome_failed: int = 0


class SourceInfo(Schema):
    """A source. ``qr_code`` is the platform's address of the code, None until it is made; ``spared``: those of
    ``users`` whom it leaves out, since they are full.
    """

    id: int
    name: str
    account_id: int
    state_code: str
    users: list[str]
    spared: list[str]
    skip_verify: bool
    welcome: Welcome
    campaign_id: int | None
    mechanism: Mechanism
    article_id: int | None
    status: Status
    failure: SourceFailure | None
    qr_code: str | None
    version: int
    counts: SourceCounts
    created_at: datetime
    updated_at: datetime


class SourcePage(Schema):
    """A page of sources, newest first."""

    items: list[SourceInfo]
    total: int
    page: int
    size: int
