"""The account's menu (自定义菜单)."""

from dataclasses import dataclass
from typing import Any

from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, get, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal

MOST_BUTTONS, MOST_SUB_BUTTONS = 3, 5
KEY_BYTES, URL_BYTES = 128, 1024


@dataclass(frozen=True, slots=True)
class _Level:
    """What one level refuses with, and how long its names may be."""

    name_bytes: int
    bad_type: int
    bad_name: int
    bad_key: int
    bad_url: int


TOP = _Level(16, 40017, 40018, 40019, 40020)
SUB = _Level(60, 40024, 40025, 40026, 40027)


def create(call: AccountCall) -> dict[str, object]:
    """``menu/create``: replaces the menu."""
    call.require_verified()
    buttons = call.body().bodies("button")
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        raise Refusal(40016)
    call.account.menu = [_read_top(each) for each in buttons]
    call.world.ledger.write("account.menu_created", appid=call.account.appid, buttons=len(buttons))
    return {"errcode": 0, "errmsg": "ok"}


def show(call: AccountCall) -> dict[str, object]:
    """``menu/get``: 46003 without a menu."""
    if call.account.menu is None:
        raise Refusal(46003)
    return {"menu": {"button": call.account.menu}}


def current(call: AccountCall) -> dict[str, object]:
    """``get_current_selfmenu_info``: sub buttons stand in a list of their own."""
    menu = call.account.menu
    return {"is_menu_open": int(menu is not None), "selfmenu_info": {"button": [_wrap(each) for each in menu or []]}}


def _wrap(button: dict[str, Any]) -> dict[str, Any]:
    sub = button.get("sub_button")
    return {"name": button["name"], "sub_button": {"list": sub}} if sub else button


def _read_top(button: Body) -> dict[str, Any]:
    if "sub_button" not in button or not button.bodies("sub_button"):
        return _read(button, TOP)
    sub = button.bodies("sub_button")
    if len(sub) > MOST_SUB_BUTTONS:
        raise Refusal(40023)
    _check_name(button, TOP)
    return {"name": button.text("name"), "sub_button": [_read(each, SUB) for each in sub]}


def _read(button: Body, level: _Level) -> dict[str, Any]:
    _check_name(button, level)
    kind, name = button.text("type"), button.text("name")
    if kind == "click":
        _check(button.text("key"), KEY_BYTES, level.bad_key)
        return {"type": kind, "name": name, "key": button.text("key")}
    if kind not in ("view", "miniprogram"):
        raise Refusal(level.bad_type)
    _check(button.text("url"), URL_BYTES, level.bad_url)
    more = {key: button.text(key) for key in ("appid", "pagepath")} if kind == "miniprogram" else {}
    return {"type": kind, "name": name, "url": button.text("url"), **more}


def _check_name(button: Body, level: _Level) -> None:
    _check(button.text("name"), level.name_bytes, level.bad_name)


def _check(text: str, most: int, code: int) -> None:
    if not text or too_long(text, most, in_bytes=True):
        raise Refusal(code)


ROUTES: dict[str, Route[AccountCall]] = {
    "/cgi-bin/menu/create": post(create),
    "/cgi-bin/menu/get": get(show),
    "/cgi-bin/get_current_selfmenu_info": get(current),
}
