"""QR codes and what lies behind them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wxsim.world.corps import ContactWay, Corp
from wxsim.world.official_accounts import OfficialAccount, SceneCode

if TYPE_CHECKING:
    from wxsim.world.group_chats import JoinWay
    from wxsim.world.kf import KfAccount


@dataclass(frozen=True, slots=True, eq=False)
class ContactCode:
    """Leads to a member of a corp."""

    id: str
    url: str
    corp: Corp
    way: ContactWay


@dataclass(frozen=True, slots=True, eq=False)
class AccountCode:
    """Leads to an official account; ``scene`` None is the account's plain code."""

    id: str
    url: str
    account: OfficialAccount
    scene: SceneCode | None


@dataclass(frozen=True, slots=True, eq=False)
class GroupCode:
    """Leads into one of the group chats of a join way."""

    id: str
    url: str
    corp: Corp
    way: "JoinWay"


@dataclass(frozen=True, slots=True, eq=False)
class KfCode:
    """Leads into the chat of a customer-service account (微信客服)."""

    id: str
    url: str
    corp: Corp
    account: "KfAccount"
    scene: str


Code = ContactCode | AccountCode | GroupCode | KfCode


def code_id(text: str) -> str:
    """The id in a code's content: a URL with ``/q/<id>``, the address of its picture, or the bare id."""
    path = urlsplit(text.strip()).path.rstrip("/")
    return path.rsplit("/", 1)[-1].removesuffix(".png")
