"""QR codes and what lies behind them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from wxsim.world.corps import ContactWay, Corp
from wxsim.world.official_accounts import OfficialAccount, SceneCode


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


Code = ContactCode | AccountCode


def code_id(text: str) -> str:
    """The id in a code's content: a URL with ``/q/<id>``, or the bare id."""
    path = urlsplit(text.strip()).path.rstrip("/")
    return path.rsplit("/", 1)[-1]
