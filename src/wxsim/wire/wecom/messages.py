"""App messages to staff: ``message/send``."""

from collections.abc import Callable

from wxsim.ids import TOKEN
from wxsim.quota import HOUR, MINUTE
from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.wire.wecom.template_cards import read_card
from wxsim.world.cards import StaffCard, keep
from wxsim.world.chats import Message
from wxsim.world.corps import Member

PARTIES_PER_CALL = 100
CARD_LIMITS = (("title", 128), ("description", 512), ("url", 2048))
MAX_ARTICLES = 8
EVERYBODY = "@all"
TEMPLATE_CARD = "template_card"

Bubble = tuple[str, dict[str, str]]
Reader = Callable[[WecomCall, Body], Bubble]


def send(call: WecomCall) -> dict[str, object]:
    """Deliver to everyone who can be reached; unknown receivers are named in the answer, 81013 when nobody is left."""
    body = call.body()
    _check_agent(call, body)
    bubble, card = _bubble(call, body)
    members, invalid_users, invalid_parties = _receivers(call, body)
    if not members:
        raise Refusal(81013)
    shown = [member.userid for member in members if _within_rate(call, member)]
    for member in members:
        if member.userid in shown:
            bubble_of = _show(call, member, bubble)
            if card is not None:
                card.shown[member.userid.lower()] = bubble_of
    msgid = call.world.ids.fresh(43, "app message", alphabet=TOKEN)
    call.world.ledger.write(
        "app.messaged", corpid=call.corp.corpid, agentid=call.app.agentid, msgid=msgid, to=shown, type=bubble[0]
    )
    answer: dict[str, object] = {
        "invaliduser": "|".join(invalid_users),
        "invalidparty": "|".join(invalid_parties),
        "invalidtag": body.text("totag"),
        "unlicenseduser": "",
        "msgid": msgid,
    }
    if card is not None:
        answer["response_code"] = keep(call.world, call.corp, card)
    return answer


def _show(call: WecomCall, member: Member, bubble: Bubble) -> Message:
    phone = call.world.staff_phone(call.corp, member)
    chat = phone.open(f"app:{call.corp.corpid}:{call.app.agentid}", call.app.name, "app")
    return call.world.show(chat, "them", bubble[0], **bubble[1])


def _check_agent(call: WecomCall, body: Body) -> None:
    if "agentid" not in body:
        raise Refusal(40056)
    if body.number("agentid") != call.app.agentid:
        raise Refusal(301002)


def _receivers(call: WecomCall, body: Body) -> tuple[list[Member], list[str], list[str]]:
    users, parties, tags = (_split(body.text(name)) for name in ("touser", "toparty", "totag"))
    if not users and not parties and not tags:
        raise Refusal(82001)
    if users == [EVERYBODY]:
        return call.visible_members(), [], []
    cap = call.world.limits.app_message_receivers
    if cap is not None and len(users) > cap:
        raise Refusal(40058, "touser has too many entries")
    if len(parties) > PARTIES_PER_CALL or len(tags) > PARTIES_PER_CALL:
        raise Refusal(82002 if len(parties) > PARTIES_PER_CALL else 82003)
    reachable = {member.userid.lower(): member for member in call.visible_members()}
    found = {user.lower(): reachable[user.lower()] for user in users if user.lower() in reachable}
    bad_parties = [each for each in parties if not (each.isdecimal() and int(each) in call.corp.departments)]
    for party in parties:
        if party not in bad_parties:
            inside = call.corp.members_in(int(party))
            found |= {each.userid.lower(): each for each in inside if call.sees(each)}
    return list(found.values()), [user.lower() for user in users if user.lower() not in reachable], bad_parties


def _within_rate(call: WecomCall, member: Member) -> bool:
    """Too many to one member are dropped without a word (90454)."""
    limits, now = call.world.limits, call.world.clock.time()
    key = f"app message {call.corp.corpid}/{call.app.agentid}/{member.userid}"
    per_minute, per_hour = limits.app_messages_per_member_minute, limits.app_messages_per_member_hour
    return call.quotas.take(key, per_minute, MINUTE, now) and call.quotas.take(key, per_hour, HOUR, now)


def _bubble(call: WecomCall, body: Body) -> tuple[Bubble, StaffCard | None]:
    kind = body.text("msgtype")
    if kind == TEMPLATE_CARD:
        read = read_card(call, body.body(kind))
        return (TEMPLATE_CARD, read.bubble), read.card
    inner = body.body(kind) if kind in READERS else None
    if inner is None:
        raise Refusal(40008)
    return READERS[kind](call, inner), None


def _text(call: WecomCall, inner: Body) -> Bubble:
    content = inner.text("content")
    if not content:
        raise Refusal(44004)
    if too_long(content, call.world.limits.app_message_text_bytes, in_bytes=True):
        raise Refusal(45002)
    return "text", {"text": content}


def _card(call: WecomCall, inner: Body) -> Bubble:
    for name, limit in CARD_LIMITS:
        if not inner.text(name):
            raise Refusal(40058, f"textcard.{name} missing")
        if too_long(inner.text(name), limit, in_bytes=True):
            raise Refusal(45002, f"textcard.{name} too long")
    shown = {name: inner.text(name) for name, _ in CARD_LIMITS}
    return "card", {**shown, "button": inner.text("btntxt", "详情")}


def _news(call: WecomCall, inner: Body) -> Bubble:
    articles = inner.bodies("articles")
    if not 1 <= len(articles) <= MAX_ARTICLES:
        raise Refusal(45008)
    first = articles[0]
    if not first.text("title"):
        raise Refusal(40058, "news title missing")
    return "link", {
        "title": first.text("title"),
        "desc": first.text("description"),
        "url": first.text("url"),
        "picurl": first.text("picurl"),
    }


def _file(kind: str) -> Reader:
    def read(call: WecomCall, inner: Body) -> Bubble:
        medium = call.world.medium(call.corp.corpid, inner.text("media_id"))
        if medium is None or medium.kind != kind:
            raise Refusal(40007)
        shown = {"url": f"/media/{medium.media_id}", "name": medium.name, "size": str(len(medium.content))}
        return kind, {**shown, "title": inner.text("title")}

    return read


READERS: dict[str, Reader] = {
    "text": _text,
    "markdown": _text,
    "textcard": _card,
    "news": _news,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "file": _file("file"),
}


def _split(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


ROUTES: dict[str, Route[WecomCall]] = {"/cgi-bin/message/send": post(send)}
