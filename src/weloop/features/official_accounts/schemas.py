"""Schemas of the official accounts routes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from weloop.codes.api import Mechanism
from weloop.features.official_accounts.rules import Status, load_limits
from weloop.kit.http import MAX_ID, Label, PlainText, Schema

MessageText = Annotated[PlainText, Field(max_length=load_limits()["message"]["text"])]
Days = Annotated[int, Field(ge=1, le=load_limits()["scene_qr"]["days"])]


class SceneQrInput(Schema):
    """A new scene code. ``days`` None: permanent. ``campaign_id`` None: 日常. An empty ``reply``: the account's own."""

    name: Label
    account_id: Annotated[int, Field(ge=1, le=MAX_ID)]
    days: Days | None = None
    reply: MessageText = ""
    campaign_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    mechanism: Mechanism = ""


class SceneQrChange(Schema):
    """What shall change; what is left out, or None, stays. Only ``campaign_id`` may be given as None: 日常."""

    name: Label | None = None
    reply: MessageText | None = None
    campaign_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    mechanism: Mechanism | None = None
    version: int | None = None
    """The version that was read: another one now is a conflict."""


class SceneQrFailure(Schema):
    """Why the platform made no code: the UI translates ``error.<code>`` with ``params``."""

    code: str
    params: dict[str, Any]
    key: str = ""


class SceneQrCounts(Schema):
    """``followed``: follows by the code; ``scanned``: scans of who followed already; replies that went out or not."""

    followed: int = 0
    followed_today: int = 0
    scanned: int = 0
    reply_sent: int = 0
    reply_failed: int = 0


class SceneQrInfo(Schema):
    """A scene code. ``url`` is what it says, None until it is made; ``expired``: its picture works no more."""

    id: int
    name: str
    account_id: int
    state_code: str
    permanent: bool
    days: int
    reply: str
    campaign_id: int | None
    mechanism: Mechanism
    status: Status
    failure: SceneQrFailure | None
    url: str | None
    expires_at: datetime | None
    expired: bool
    version: int
    counts: SceneQrCounts
    created_at: datetime
    updated_at: datetime


class SceneQrPage(Schema):
    """A page of scene codes, newest first."""

    items: list[SceneQrInfo]
    total: int
    page: int
    size: int


class FollowReply(Schema):
    """What an account answers to new followers without a code, or by a code without a reply; empty: nothing."""

    text: MessageText = ""


_MENU = load_limits()["menu"]
Name = Annotated[PlainText, Field(min_length=1, max_length=_MENU["sub_name"])]


class SubButton(Schema):
    """A button that does something: ``click`` is answered with ``reply``, ``view`` opens ``url``.

    ``key`` names a click in events; left empty, a new button gets one.
    """

    name: Name
    type: Literal["click", "view"]
    key: Annotated[PlainText, Field(max_length=_MENU["key"])] = ""
    reply: MessageText = ""
    url: Annotated[PlainText, Field(max_length=_MENU["url"])] = ""


class MenuButton(Schema):
    """A button of the first level: one that opens ``sub`` buttons, or one that does something itself."""

    name: Name
    type: Literal["click", "view"] | None = None
    key: Annotated[PlainText, Field(max_length=_MENU["key"])] = ""
    reply: MessageText = ""
    url: Annotated[PlainText, Field(max_length=_MENU["url"])] = ""
    sub: list[SubButton] = Field(default_factory=list, max_length=_MENU["sub_buttons"])


class MenuInput(Schema):
    """A menu to publish. ``based_on``: the newest version that was read; another one now is a conflict."""

    buttons: Annotated[list[MenuButton], Field(min_length=1, max_length=_MENU["buttons"])]
    based_on: int | None = None


class MenuFailure(Schema):
    """Why the platform did not take a menu: the UI translates ``error.<code>`` with ``params``."""

    code: str
    params: dict[str, Any]


class MenuVersion(Schema):
    """A version of the menu."""

    id: int
    buttons: list[MenuButton]
    status: Literal["publishing", "live", "replaced", "failed"]
    failure: MenuFailure | None
    created_at: datetime


class LiveButtonInfo(Schema):
    """A button as the platform shows it; made in its console it may be of a type that we do not make."""

    name: str
    type: str
    value: str
    sub: list["LiveButtonInfo"] = Field(default_factory=list)


class LiveMenuInfo(Schema):
    """The menu that the platform showed at ``fetched_at``."""

    open: bool
    buttons: list[LiveButtonInfo]
    fetched_at: datetime


class MenuInfo(Schema):
    """The menu of an account: its newest versions, and what is live; None before it was first asked for."""

    versions: list[MenuVersion]
    live: LiveMenuInfo | None


class MessageInput(Schema):
    """A text to a follower. ``draft`` names what was written: the same one twice is sent once."""

    account_id: Annotated[int, Field(ge=1, le=MAX_ID)]
    text: Annotated[MessageText, Field(min_length=1)]
    draft: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,40}$")]


class LastMessage(Schema):
    """The newest message that an operator wrote."""

    state: Literal["sending", "sent", "failed"]
    failure: MenuFailure | None
    at: datetime


class WindowInfo(Schema):
    """A person at one official account: ``left`` of ``most`` messages until ``open_until``; null: no window is open."""

    account_id: int
    account_name: str
    follows: bool
    open_until: datetime | None
    left: int
    most: int
    last: LastMessage | None
