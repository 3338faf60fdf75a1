"""Forms of the webhooks' page."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from weloop.contracts.events import EventKind
from weloop.connectors.web.webhooks.rules import Offered
from weloop.kit.http import Label, PlainText, Schema

Url = Annotated[PlainText, Field(min_length=1, max_length=1000)]
Name = Annotated[PlainText, Field(min_length=1, max_length=40)]
Value = Annotated[PlainText, Field(max_length=100)]


class WantedEvent(Schema):
    """Events of a kind; ``where``: only those whose data has one of the values under each name."""

    kind: Offered
    where: Annotated[dict[Name, Annotated[list[Value], Field(min_length=1, max_length=20)]], Field(max_length=5)] = {}


WantedEvents = Annotated[list[WantedEvent], Field(min_length=1, max_length=30)]


class WebhookInfo(Schema):
    """A webhook without its secret. ``failing_since``: the last delivery failed, and all since then;
    ``failure``: ``http_<status>``, ``private`` (the address is not public) or ``no_answer``."""

    id: int
    account_id: int
    site_name: str | None
    name: str
    url: str
    wanted: list[WantedEvent]
    with_person: bool
    enabled: bool
    delivered_at: datetime | None
    failing_since: datetime | None
    failure: str | None
    created_at: datetime


class NewWebhook(WebhookInfo):
    """A webhook with its secret, this once."""

    secret: str


class WebhookInput(Schema):
    """A new webhook. ``with_person``: names, numbers and identities of the person go out with the event."""

    account_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    name: Label
    url: Url
    wanted: WantedEvents
    with_person: bool = True


class WebhookChange(Schema):
    """What shall change; what is left out stays."""

    name: Label | None = None
    url: Url | None = None
    wanted: WantedEvents | None = None
    with_person: bool | None = None
    enabled: bool | None = None
