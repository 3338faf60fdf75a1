"""Template cards: reading one, and replacing its buttons with ``message/update_template_card``."""

import re
from dataclasses import dataclass

import orjson

from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.world.cards import StaffCard, replace

NOTICES = ("text_notice", "news_notice")
BUTTONS = "button_interaction"
QUESTIONS = ("vote_interaction", "multiple_interaction")
TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")
KEY_BYTES, MAX_BUTTONS, MAX_ROWS = 1024, 6, 6
MAX_USERS = 1000
TITLE, DESC, SUBTITLE, BUTTON, ROW_NAME, ROW_VALUE, SOURCE = 36, 44, 160, 10, 5, 30, 20
"""Characters that the clients show; what is longer is cut, not refused (90236)."""
CALLBACK, LINK = 0, 1


@dataclass(frozen=True, slots=True)
class ReadCard:
    """A checked card: what its bubble shows, and the card itself when it has buttons."""

    bubble: dict[str, str]
    card: StaffCard | None


def read_card(call: WecomCall, inner: Body) -> ReadCard:
    """Check a card; 40058 for what is missing or too long, 40008 for an unknown type."""
    kind = inner.text("card_type")
    if kind not in (*NOTICES, BUTTONS, *QUESTIONS):
        raise Refusal(40008)
    action = inner.body("card_action").text("url")
    if kind in NOTICES and not action:
        raise Refusal(40058, "template_card.card_action missing")
    buttons = _buttons(kind, inner)
    title = inner.body("main_title")
    if not title.text("title") and not inner.text("sub_title_text"):
        raise Refusal(40058, "template_card.main_title missing")
    bubble = {
        "source": inner.body("source").text("desc")[:SOURCE],
        "title": title.text("title")[:TITLE],
        "desc": title.text("desc")[:DESC],
        "sub": inner.text("sub_title_text")[:SUBTITLE],
        "rows": orjson.dumps(_rows(inner)).decode(),
        "items": orjson.dumps(buttons).decode(),
        "url": action,
        "task_id": inner.text("task_id"),
        "agentid": str(call.app.agentid),
        "pressed": "",
        "replaced": "",
    }
    if kind in NOTICES:
        return ReadCard(bubble, None)
    return ReadCard(bubble, StaffCard(call.app.agentid, _task_id(call, inner), kind, frozenset(_keys(buttons))))


def update(call: WecomCall) -> dict[str, object]:
    """Replace the buttons of a card by a text, for the members named; a code works once."""
    body = call.body()
    if body.number("agentid") != call.app.agentid:
        raise Refusal(301002)
    code = call.corp.card_codes.get(body.text("response_code"))
    over = code is None or code.used or call.world.clock.time() >= code.expires_at
    if code is None or over or code.card.agentid != call.app.agentid:
        raise Refusal(60140)
    users, name = body.texts("userids"), body.body("button").text("replace_name")
    if len(users) > MAX_USERS:
        raise Refusal(40058, "userids has too many entries")
    if not name:
        raise Refusal(40058, "button.replace_name missing")
    if body.flag("atall", False):
        users = [call.corp.members[userid].userid for userid in code.card.shown]
    if not users:
        raise Refusal(82001)
    return {"invaliduser": replace(call.world, call.corp, code, users, name)}


def _task_id(call: WecomCall, inner: Body) -> str:
    """Unique per app; the code for a repeated one is not published, 40058 is what a bad parameter gets."""
    task_id = inner.text("task_id")
    if TASK_ID.fullmatch(task_id) is None:
        raise Refusal(40058, "template_card.task_id missing or not of [0-9A-Za-z_@-]{1,128}")
    if (call.app.agentid, task_id) in call.corp.cards:
        raise Refusal(40058, "template_card.task_id was used before")
    return task_id


def _rows(inner: Body) -> list[dict[str, str]]:
    rows = inner.bodies("horizontal_content_list")
    if len(rows) > MAX_ROWS:
        raise Refusal(40058, "template_card.horizontal_content_list has more than 6")
    return [{"name": each.text("keyname")[:ROW_NAME], "value": each.text("value")[:ROW_VALUE]} for each in rows]


def _buttons(kind: str, inner: Body) -> list[dict[str, str]]:
    if kind in NOTICES:
        return []
    if kind in QUESTIONS:
        submit = inner.body("submit_button")
        return [{"text": submit.text("text", "提交")[:BUTTON], "key": submit.text("key"), "url": "", "style": "1"}]
    listed = inner.bodies("button_list")
    if not 1 <= len(listed) <= MAX_BUTTONS:
        raise Refusal(40058, "template_card.button_list must have 1 to 6")
    return [_button(each) for each in listed]


def _button(each: Body) -> dict[str, str]:
    kind, key, url, text = each.number("type"), each.text("key"), each.text("url"), each.text("text")
    if kind not in (CALLBACK, LINK) or not text:
        raise Refusal(40058, "a button needs a text and a type of 0 or 1")
    if (kind == CALLBACK and not key) or (kind == LINK and not url) or too_long(key, KEY_BYTES, in_bytes=True):
        raise Refusal(40058, "a button of type 0 needs a key of at most 1024 bytes, one of type 1 a url")
    shown = {"text": text[:BUTTON], "style": str(each.number("style", 1))}
    return {**shown, "key": key if kind == CALLBACK else "", "url": url if kind == LINK else ""}


def _keys(buttons: list[dict[str, str]]) -> list[str]:
    return [each["key"] for each in buttons if each["key"]]


ROUTES: dict[str, Route[WecomCall]] = {"/cgi-bin/message/update_template_card": post(update)}
