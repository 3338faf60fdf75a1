"""Where in the console somebody is: whose phone, which chat, which tab. It lives in the URL."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

TABS = ("chats", "contacts", "discover", "me", "moments")


@dataclass(frozen=True, slots=True)
class Place:
    """``person`` is a person's id; ``staff`` is ``corpid/userid``; one of both is set."""

    person: str = ""
    staff: str = ""
    chat: str = ""
    tab: str = "chats"
    search: str = ""
    code: str = ""
    page: str = ""
    """Address of the web page that is open in the phone."""
    beside: str = ""
    """The app whose page stands beside the open chat."""
    outcome: str = ""
    embed: str = ""
    """Not empty: the phone alone, for the frame of another page."""

    def url(self, **changes: str) -> str:
        """The console's URL at this place with some things changed."""
        changed = replace(self, outcome="", code="", page="", beside="") if "outcome" not in changes else self
        values = {**{name: getattr(changed, name) for name in self.__slots__}, **changes}
        shown = {name: value for name, value in values.items() if value and (name, value) != ("tab", "chats")}
        return "/console" + ("?" + urlencode(shown) if shown else "")


def read_place(query: Mapping[str, str]) -> Place:
    """The place in a URL; unknown tabs are the first one."""
    values = {name: query.get(name, "") for name in Place.__slots__}
    values["tab"] = values["tab"] if values["tab"] in TABS else "chats"
    return Place(**values)
