"""Rules of official accounts: what fits into a scene code and a message, and which reply an event calls for."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import EventKind

DAY_SECONDS = 86_400


class Status(StrEnum):
    """``creating``: a command is on its way. ``deleted``: the platform keeps the code, we answer no more."""

    CREATING = "creating"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


class What(StrEnum):
    """What an event means for a scene code."""

    FOLLOWED = "followed"
    SCANNED = "scanned"
    REPLY_SENT = "reply_sent"
    REPLY_FAILED = "reply_failed"


@cache
def load_limits() -> Mapping[str, Mapping[str, Any]]:
    """From ``limits.toml`` beside this file."""
    return tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


def check_text(text: str, field: str) -> str:
    """The text without blanks around it; refused when it is longer in UTF-8 than a message takes."""
    most: int = load_limits()["message"]["text"]
    stripped = text.strip()
    if len(stripped.encode()) > most:
        raise InvalidInput(f"{field} is too long", code="text_long", field=field, max=most)
    return stripped


def choose_reply(kind: EventKind, of_code: str, of_account: str) -> str:
    """What to answer: the code's own words first; the account's only to somebody new."""
    return of_code or (of_account if kind is EventKind.FOLLOWER_SUBSCRIBED else "")


def check_menu(buttons: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what the platform would refuse, with the name of the button.

    Buttons are as ``schemas.MenuButton`` gives them.
    """
    limits = load_limits()["menu"]
    for button in buttons:
        _check_name(button, limits["name"])
        for sub in button["sub"]:
            _check_name(sub, limits["sub_name"])
            _check_act(sub)
        if not button["sub"]:
            _check_act(button)


def _check_name(button: Mapping[str, Any], most: int) -> None:
    if len(button["name"].encode()) > most:
        raise InvalidInput("the name is too long", code="menu_name_long", name=button["name"], max=most)


def _check_act(button: Mapping[str, Any]) -> None:
    url, most = button["url"], load_limits()["menu"]["url"]
    if button["type"] == "click" and not button["reply"]:
        raise InvalidInput("a tap needs an answer", code="menu_no_reply", name=button["name"])
    if button["type"] == "view" and not (url.startswith(("https://", "http://")) and len(url.encode()) <= most):
        raise InvalidInput("the address is none", code="menu_url", name=button["name"], max=most)
    if button["type"] is None:
        raise InvalidInput("the button does nothing", code="menu_button_empty", name=button["name"])


def to_platform(buttons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The menu as ``menu/create`` takes it."""
    return [
        {"name": button["name"], "sub_button": [_act(sub) for sub in button["sub"]]} if button["sub"] else _act(button)
        for button in buttons
    ]


def _act(button: Mapping[str, Any]) -> dict[str, Any]:
    target = {"key": button["key"]} if button["type"] == "click" else {"url": button["url"]}
    return {"type": button["type"], "name": button["name"], **target}


def replies_of(buttons: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By key what taps are answered with."""
    leaves = [leaf for button in buttons for leaf in (button["sub"] or [button])]
    return {leaf["key"]: leaf["reply"] for leaf in leaves if leaf["type"] == "click"}


@dataclass(frozen=True, slots=True)
class Room:
    """What may be sent to a follower now: ``left`` of ``most`` messages until ``until``; None: no window is open."""

    follows: bool
    until: datetime | None
    left: int
    most: int


def find_room(moments: Mapping[str, tuple[datetime, int]], now: datetime) -> Room:
    """The widest window that is open, from (when it was opened, messages since) by what opened it.

    A message counts for every window that was open when it went, so we promise too little rather than too much. Whoever
    left has no window until they come back.
    """
    left_at = moments["left"][0] if "left" in moments else None
    best, closed = Room(True, None, 0, 0), left_at is not None
    for what, limits in load_limits()["window"].items():
        if what not in moments:
            continue
        opened_at, used = moments[what]
        if left_at is not None and opened_at <= left_at:
            continue
        closed = False
        until = opened_at + timedelta(seconds=limits["seconds"])
        room = Room(True, until, max(limits["messages"] - used, 0), limits["messages"])
        if now < until and (room.left > 0, until) > (best.left > 0, best.until or opened_at):
            best = room
    return Room(False, None, 0, 0) if closed else best
