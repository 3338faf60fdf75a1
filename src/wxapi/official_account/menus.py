"""自定义菜单 the menu at the foot of the account's chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, flag, object_of, objects, text


@dataclass(frozen=True, slots=True)
class LiveButton:
    """A button as it is live. ``value``: key, address, or what the console put there; empty with ``sub`` buttons."""

    name: str
    type: str
    value: str
    sub: "tuple[LiveButton, ...]" = ()


@dataclass(frozen=True, slots=True)
class LiveMenu:
    """The menu that followers see; ``is_open`` is false while menus are switched off."""

    is_open: bool
    buttons: tuple[LiveButton, ...]


class Menus:
    """``/cgi-bin/menu``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def create(self, buttons: Sequence[Mapping[str, object]]) -> None:
        """Replace the menu. 1 to 3 buttons, each with 1 to 5 sub buttons or an act of its own (40016 to 40027)."""
        await self._caller.post("/cgi-bin/menu/create", {"button": list(buttons)})

    async def current(self) -> LiveMenu:
        """The menu that is live, one made in the platform's console too."""
        reply = await self._caller.get("/cgi-bin/get_current_selfmenu_info")
        buttons = objects(object_of(reply, "selfmenu_info"), "button")
        return LiveMenu(flag(reply, "is_menu_open"), tuple(_read(each) for each in buttons))


def _read(item: Object) -> LiveButton:
    sub = tuple(_read(each) for each in objects(object_of(item, "sub_button"), "list"))
    value = next((found for name in ("key", "url", "value") if (found := text(item, name))), "")
    return LiveButton(text(item, "name"), text(item, "type"), value, sub)
