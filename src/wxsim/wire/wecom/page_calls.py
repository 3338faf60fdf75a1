"""What a page inside WeCom asks of the client by ``wx.…``: signatures are checked, messages truly go out.

The names and parameters are those of the reference (§16.3), which marks them as not cross-checked. The stand-in
script sends along what the page registered with, so that nothing need be remembered between two calls.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wxsim.wire.fields import Body
from wxsim.wire.refusal import Refusal
from wxsim.world.contacts import answer_customer, tell_customer
from wxsim.world.corps import Corp, Friendship, Member, WecomApp
from wxsim.world.group_chats import find_chat
from wxsim.world.visits import app_ticket, corp_ticket, is_trusted
from wxsim.world.world import World

SIGNATURE = 40093
DOMAIN = 50001
PARAMETER = 40058
NO_PERMISSION = "no permission"
MEDIA = {"image": "image", "file": "file", "video": "video"}
NEWS = {"link": "url", "title": "title", "desc": "desc", "imgUrl": "picurl"}

Result = dict[str, object]


class _Failed(Exception):
    """The call's ``err_msg`` says fail; ``code`` 0 where none is published."""

    def __init__(self, reason: str, code: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class PageCall:
    """One call of a page: ``page`` is its address without a fragment, ``chat`` the chat beside it, empty for none.

    ``config`` and ``agent`` are what it gave to ``wx.config`` and ``wx.agentConfig`` so far.
    """

    name: str
    params: Body
    page: str
    chat: str = ""
    config: Body | None = None
    agent: Body | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A page that registered, on a member's phone."""

    world: World
    corp: Corp
    member: Member
    call: PageCall

    def friendship(self) -> Friendship:
        """With the customer whose chat is open."""
        kind, _, external = self.call.chat.partition(":")
        found = self.corp.friendship(self.member.userid, external) if kind == "customer" else None
        if found is None:
            raise _Failed("no external contact")
        return found


def answer(world: World, corp: Corp, member: Member, call: PageCall) -> Result:
    """What the page's callback is told: ``err_msg`` is ``name:ok`` or ``name:fail``."""
    try:
        values = _act(world, corp, member, call)
    except _Failed as failed:
        reason, code = failed.reason, failed.code
    except Refusal as refusal:
        reason, code = refusal.text, refusal.code
    else:
        return {**values, "err_msg": f"{call.name}:ok", "errMsg": f"{call.name}:ok"}
    world.ledger.write("page.refused", corpid=corp.corpid, userid=member.userid, call=call.name, errcode=code)
    said = f"{call.name}:fail {reason}"
    return {"err_msg": said, "errMsg": said, "errCode": code}


def _act(world: World, corp: Corp, member: Member, call: PageCall) -> Mapping[str, object]:
    if call.name == "config":
        _check_config(world, corp, call)
        return {}
    app = _check_agent(world, corp, call)
    if call.name == "agentConfig":
        return {}
    act = ACTS.get(call.name)
    if act is None or call.name not in (call.agent.texts("jsApiList") if call.agent else []):
        raise _Failed(NO_PERMISSION)
    if app.visible is not None and member.userid not in app.visible:
        raise _Failed(NO_PERMISSION)
    return act(_Opened(world, corp, member, call))


def _check_config(world: World, corp: Corp, call: PageCall) -> None:
    if call.config is None or call.config.text("appId") != corp.corpid:
        raise _Failed("invalid signature", SIGNATURE)
    _check_signature(call.config, corp_ticket(world, corp)[0], call.page)


def _check_agent(world: World, corp: Corp, call: PageCall) -> WecomApp:
    """The app that the page registered for."""
    given = call.agent
    app = corp.apps.get(given.number("agentid")) if given is not None else None
    if given is None or app is None or given.text("corpid") != corp.corpid:
        raise _Failed("invalid signature", SIGNATURE)
    if not is_trusted(app, call.page):
        raise _Failed("domain not trusted", DOMAIN)
    _check_signature(given, app_ticket(world, corp, app)[0], call.page)
    return app


def _check_signature(given: Body, ticket: str, page: str) -> None:
    plain = f"jsapi_ticket={ticket}&noncestr={given.text('nonceStr')}&timestamp={given.number('timestamp')}&url={page}"
    wanted = hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(wanted.encode(), given.text("signature").encode()):
        raise _Failed("invalid signature", SIGNATURE)


def _get_context(opened: _Opened) -> Mapping[str, object]:
    entries = {"customer": "single_chat_tools", "group": "group_chat_tools"}
    return {"entry": entries.get(opened.call.chat.partition(":")[0], "normal")}


def _get_contact(opened: _Opened) -> Mapping[str, object]:
    return {"userId": opened.friendship().external_userid}


def _get_chat(opened: _Opened) -> Mapping[str, object]:
    found = find_chat(opened.world, opened.call.chat)
    if found is None:
        raise _Failed("no external chat")
    return {"chatId": found[1].chat_id}


def _send(opened: _Opened) -> Mapping[str, object]:
    """Only into the chat with a customer; the sending is as if the member had typed it."""
    friendship, params = opened.friendship(), opened.call.params
    if friendship.left_by_customer:
        raise _Failed("not delivered")
    kind = params.text("msgtype")
    inner = params.body(kind) if kind in ("text", "news", *MEDIA) else None
    if inner is None:
        raise _Failed("msgtype", PARAMETER)
    if kind == "text":
        if not inner.text("content"):
            raise _Failed("text.content missing", PARAMETER)
        answer_customer(opened.world, opened.corp, friendship, inner.text("content"))
        return _note(opened, kind)
    friendship.chatted = True
    shown = _news(inner) if kind == "news" else _medium(opened, kind, inner.text("mediaid"))
    tell_customer(opened.world, opened.corp, friendship, "link" if kind == "news" else kind, **shown)
    return _note(opened, kind)


def _note(opened: _Opened, kind: str) -> Mapping[str, object]:
    named = {"corpid": opened.corp.corpid, "userid": opened.member.userid, "chat": opened.call.chat}
    opened.world.ledger.write("page.sent", **named, msgtype=kind)
    return {}


def _news(inner: Body) -> dict[str, str]:
    if not inner.text("link"):
        raise _Failed("news.link missing", PARAMETER)
    return {ours: inner.text(theirs) for theirs, ours in NEWS.items()}


def _medium(opened: _Opened, kind: str, media_id: str) -> dict[str, str]:
    medium = opened.world.medium(opened.corp.corpid, media_id)
    if medium is None or medium.kind != kind:
        raise _Failed("invalid media_id", 40007)
    size = str(len(medium.content))
    return {"url": f"/media/{medium.media_id}", "name": medium.name, "size": size, "mime": medium.mime}


ACTS: Mapping[str, Callable[[_Opened], Mapping[str, object]]] = {
    "getContext": _get_context,
    "getCurExternalContact": _get_contact,
    "getCurExternalChat": _get_chat,
    "sendChatMessage": _send,
}
