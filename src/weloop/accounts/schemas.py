"""Schemas of the accounts routes. Secrets come in only; what goes out says whether there is one."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, SecretStr

from weloop.accounts.troubles import What
from weloop.contracts.accounts import AccountKind
from weloop.contracts.callbacks import CallbackMode
from weloop.kit.http import Label, PlainText, Schema

ShortText = Annotated[PlainText, Field(max_length=200)]
Secret = Annotated[SecretStr, Field(max_length=256)]
PlatformKind = Literal[AccountKind.WECOM, AccountKind.OFFICIAL_ACCOUNT]
"""Kinds that are connected. Websites have a page of their own, Channels accounts are only noted."""
ServiceType: TypeAlias = Literal["service", "subscription"]
"""Of an official account: 服务号 or 订阅号."""
AgentId = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Failure(Schema):
    """Why something failed: the UI translates ``error.<code>`` with ``params``."""

    code: str
    params: dict[str, Any]


class TroubleInfo(Schema):
    """What stands in an account's way since a moment: its messages wait. ``capability``: the command it is about, else
    empty. ``lately`` and ``usual``: people who leave or complain, within 24 hours and on a usual day. ``off_until``: it
    was ended early, holds nothing, and is not noted again before."""

    what: What
    capability: str
    errcode: int
    reason: str
    lately: int
    usual: float
    off_until: datetime | None
    since: datetime


class AccountInfo(Schema):
    """An owned account."""

    id: int
    kind: PlatformKind
    name: str
    app_id: str
    agent_id: int | None
    original_id: str | None
    service_type: ServiceType | None
    api_base: str
    mode: CallbackMode
    callback_url: str
    has_secret: bool
    has_callback_token: bool
    has_aes_key: bool
    state: Literal["unchecked", "ready", "failed", "disabled"]
    failure: Failure | None
    troubles: list[TroubleInfo]
    checked_at: datetime | None
    created_at: datetime
    updated_at: datetime


class AccountInput(Schema):
    """A new account. ``api_base`` defaults to the platform's official host; an official account is a service account
    unless it says otherwise."""

    kind: PlatformKind
    name: Label
    app_id: ShortText
    agent_id: AgentId | None = None
    original_id: ShortText | None = None
    service_type: ServiceType | None = None
    api_base: ShortText | None = None
    mode: CallbackMode = CallbackMode.SAFE
    secret: Secret | None = None
    callback_token: Secret | None = None
    aes_key: Secret | None = None


class AccountChange(Schema):
    """What shall change; what is left out, or None, stays."""

    name: Label | None = None
    app_id: ShortText | None = None
    agent_id: AgentId | None = None
    original_id: ShortText | None = None
    service_type: ServiceType | None = None
    api_base: ShortText | None = None
    mode: CallbackMode | None = None
    secret: Secret | None = None
    callback_token: Secret | None = None
    aes_key: Secret | None = None
    enabled: bool | None = None


class VideoChannelInput(Schema):
    """A Channels account (视频号): all that can be connected is its name and id."""

    name: Label
    finder_id: ShortText


class VideoChannelInfo(VideoChannelInput):
    """One that is noted."""

    id: int
    created_at: datetime
