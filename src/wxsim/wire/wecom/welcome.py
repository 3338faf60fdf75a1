"""The welcome message (新客户欢迎语): 20 seconds, once."""

from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.world.contacts import tell_customer
from wxsim.world.corps import Friendship, WelcomeCode
from wxsim.world.media import ANYWHERE

Bubble = tuple[str, dict[str, str]]

LINK_LIMITS = (("title", 128), ("picurl", 2048), ("desc", 512), ("url", 2048))
MINIPROGRAM_TITLE = 64


def send(call: WecomCall) -> dict[str, object]:
    """Send the welcome of one code; a refused message does not use the code up."""
    call.require_contact_api()
    body = call.body()
    friendship, welcome = _claimed(call, body.text("welcome_code"))
    bubbles = read_bubbles(call, body, call.world.limits.welcome_text_bytes, call.world.limits.welcome_attachments)
    now = call.world.clock.time()
    welcome.used_at = now
    for kind, shown in bubbles:
        tell_customer(call.world, call.corp, friendship, kind, **shown)
    call.world.ledger.write(
        "welcome.delivered",
        corpid=call.corp.corpid,
        agentid=call.app.agentid,
        userid=friendship.userid,
        external_userid=friendship.external_userid,
        person=friendship.person.id,
        state=friendship.state,
        welcome_code=welcome.code,
        after_seconds=round(now - welcome.issued_at, 3),
        kinds=[kind for kind, _ in bubbles],
    )
    return {}


def _claimed(call: WecomCall, code: str) -> tuple[Friendship, WelcomeCode]:
    if not code:
        raise Refusal(41049)
    friendship = call.corp.welcome_codes.get(code)
    welcome = friendship.welcome if friendship else None
    if friendship is None or welcome is None or welcome.code != code:
        raise Refusal(41050)
    if welcome.used_at is not None or friendship.chatted:
        raise _refused(call, friendship, 41051)
    lives = call.world.limits.welcome_code_seconds
    if lives is not None and call.world.clock.time() - welcome.issued_at > lives:
        raise _refused(call, friendship, 41050)
    return friendship, welcome


def _refused(call: WecomCall, friendship: Friendship, code: int) -> Refusal:
    call.world.ledger.write(
        "welcome.refused", corpid=call.corp.corpid, external_userid=friendship.external_userid, errcode=code
    )
    return Refusal(code)


def read_bubbles(call: WecomCall, body: Body, text_bytes: int | None, most: int | None) -> list[Bubble]:
    """Check a text of so many bytes and so many attachments, and say how a phone shows them."""
    text, attachments = body.body("text").text("content"), body.bodies("attachments")
    if not text and not attachments:
        raise Refusal(40058, "text and attachments both empty")
    if too_long(text, text_bytes, in_bytes=True):
        raise Refusal(45002)
    if most is not None and len(attachments) > most:
        raise Refusal(41064)
    bubbles: list[Bubble] = [("text", {"text": text})] if text else []
    return bubbles + [read_attachment(call, each) for each in attachments]


def read_attachment(call: WecomCall, attachment: Body) -> Bubble:
    """Check one attachment and say how a phone shows it."""
    kind = attachment.text("msgtype")
    inner = attachment.body(kind) if kind in ("image", "link", "miniprogram", "video", "file") else None
    if inner is None:
        raise Refusal(41065)
    if kind == "link":
        return kind, read_link(inner)
    if kind == "miniprogram":
        return kind, _miniprogram(call, inner)
    if kind == "image" and not inner.text("media_id") and inner.text("pic_url"):
        return kind, {"url": inner.text("pic_url")}
    return kind, read_file(call, inner.text("media_id"), kind)


def read_link(inner: Body) -> dict[str, str]:
    """Check a link card, and say how a phone shows it."""
    if not inner.text("title") or not inner.text("url"):
        raise Refusal(40058, "link needs title and url")
    for name, limit in LINK_LIMITS:
        if too_long(inner.text(name), limit, in_bytes=True):
            raise Refusal(40058, f"link.{name} too long")
    return {name: inner.text(name) for name, _ in LINK_LIMITS}


def _miniprogram(call: WecomCall, inner: Body) -> dict[str, str]:
    names = ("title", "pic_media_id", "appid", "page")
    if not all(inner.text(name) for name in names):
        raise Refusal(40058, "miniprogram needs title, pic_media_id, appid and page")
    if too_long(inner.text("title"), MINIPROGRAM_TITLE, in_bytes=True):
        raise Refusal(40058, "miniprogram.title too long")
    shown = read_file(call, inner.text("pic_media_id"), "image")
    return {**shown, "title": inner.text("title"), "page": inner.text("page"), "appid": inner.text("appid")}


def read_file(call: WecomCall, media_id: str, kind: str, scene: int = ANYWHERE) -> dict[str, str]:
    """A living file of that kind as a phone shows it; 41072 for one that was uploaded to be used elsewhere."""
    medium = call.world.medium(call.corp.corpid, media_id) if media_id else None
    if medium is None or medium.kind != kind:
        raise Refusal(40007 if media_id else 41006)
    if medium.scene != scene:
        raise Refusal(41072)
    url = f"/media/{medium.media_id}"
    shown = {"url": url, "name": medium.name, "size": str(len(medium.content)), "mime": medium.mime}
    code = call.world.recognize(medium.content) if kind == "image" else ""
    return {**shown, "code": code} if code else shown


ROUTES: dict[str, Route[WecomCall]] = {"/cgi-bin/externalcontact/send_welcome_msg": post(send)}
