"""Customer-service messages (客服消息) and their windows."""

from collections.abc import Callable

import orjson

from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal
from wxsim.world.following import account_chat, spend

Bubble = tuple[str, dict[str, str]]
Reader = Callable[[AccountCall, Body], Bubble]


def send(call: AccountCall) -> dict[str, object]:
    """``message/custom/send``: 45015 outside a window, 45047 when its count is used up."""
    call.require_verified()
    body = call.body()
    follower = call.follower(body.text("touser"))
    kind, shown = _bubble(call, body)
    if not follower.subscribed:
        raise Refusal(43004)
    if follower.blocked:
        raise Refusal(48002)
    verdict = spend(call.world, follower)
    if verdict != "ok":
        raise Refusal(45047 if verdict == "spent" else 45015)
    call.world.show(account_chat(call.world, call.account, follower.person), "them", kind, **shown)
    call.world.ledger.write(
        "account.messaged", appid=call.account.appid, openid=follower.openid, person=follower.person.id, type=kind
    )
    return {"errcode": 0, "errmsg": "ok"}


def type_on(call: AccountCall) -> dict[str, object]:
    """``message/custom/typing``: only the command is looked at."""
    call.require_verified()
    body = call.body()
    call.follower(body.text("touser"))
    if body.text("command") not in ("Typing", "CancelTyping"):
        raise Refusal(45072)
    return {"errcode": 0, "errmsg": "ok"}


def _bubble(call: AccountCall, body: Body) -> Bubble:
    kind = body.text("msgtype")
    reader = READERS.get(kind)
    if reader is None:
        raise Refusal(40008)
    return reader(call, body.body(kind))


def _text(call: AccountCall, inner: Body) -> Bubble:
    content = inner.text("content")
    if not content:
        raise Refusal(44002, "empty content")
    if too_long(content, call.world.limits.custom_text_bytes, in_bytes=True):
        raise Refusal(45002)
    return "text", {"text": content}


def _news(call: AccountCall, inner: Body) -> Bubble:
    articles = inner.bodies("articles")
    if len(articles) != 1:
        raise Refusal(45008)
    names = {"title": "title", "desc": "description", "url": "url", "picurl": "picurl"}
    return "link", {shown: articles[0].text(name) for shown, name in names.items()}


def _menu(call: AccountCall, inner: Body) -> Bubble:
    items = [{"id": str(each.raw().get("id", "")), "content": each.text("content")} for each in inner.bodies("list")]
    if not items:
        raise Refusal(40035, "msgmenu list empty")
    return "menu", {
        "head": inner.text("head_content").strip(),
        "items": orjson.dumps(items).decode(),
        "tail": inner.text("tail_content").strip(),
    }


def _miniprogram(call: AccountCall, inner: Body) -> Bubble:
    shown = _medium(call, inner.text("thumb_media_id"), ("thumb", "image"))
    names = {"title": "title", "page": "pagepath", "appid": "appid"}
    return "miniprogram", {**shown, **{key: inner.text(name) for key, name in names.items()}}


def _file(kind: str) -> Reader:
    def read(call: AccountCall, inner: Body) -> Bubble:
        return kind, _medium(call, inner.text("media_id"), (kind,))

    return read


def _medium(call: AccountCall, media_id: str, kinds: tuple[str, ...]) -> dict[str, str]:
    medium = call.world.medium(call.account.appid, media_id)
    if medium is None or medium.kind not in kinds:
        raise Refusal(40007)
    return {"url": f"/media/{medium.media_id}", "name": medium.name, "size": str(len(medium.content))}


READERS: dict[str, Reader] = {
    "text": _text,
    "news": _news,
    "msgmenu": _menu,
    "miniprogrampage": _miniprogram,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
}

ROUTES: dict[str, Route[AccountCall]] = {
    "/cgi-bin/message/custom/send": post(send),
    "/cgi-bin/message/custom/typing": post(type_on),
}
