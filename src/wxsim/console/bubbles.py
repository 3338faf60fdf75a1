"""Bubbles as a phone draws them: time stamps, portraits, safe links."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import orjson
from markupsafe import Markup, escape

from wxsim.clock import beijing_day, beijing_text
from wxsim.world.chats import Chat, Message

GAP_SECONDS = 300
"""A new time stamp appears after a pause of five minutes, as on the phone."""
SHOWN = 200
LINK = re.compile(r"""<a\s+href=["'](https?://[^"'<>\s]+)["'][^<>]*>([^<>]*)</a>|(https?://[^\s<>"'，。]+)""")
DAY = 86400


@dataclass(frozen=True, slots=True)
class Bubble:
    """One line of a chat."""

    id: str
    side: str
    kind: str
    body: dict[str, str]
    stamp: str
    text: Markup
    items: list[dict[str, str]]
    rows: list[dict[str, str]]
    href: str
    picture: str
    size: str


def draw_bubbles(chat: Chat, now: float, base_url: str) -> list[Bubble]:
    """The newest bubbles of a chat, oldest first."""
    drawn, before = [], 0.0
    for message in chat.messages[-SHOWN:]:
        stamp = clock_text(message.at, now) if message.at - before > GAP_SECONDS else ""
        drawn.append(_draw(message, stamp, base_url))
        before = message.at
    return drawn


def clock_text(at: float, now: float) -> str:
    """14:05 today, 昨天 14:05, 3月2日 14:05, 2025年3月2日 14:05: Beijing time, 24 hours."""
    hour = beijing_text(at, "%H:%M")
    days = beijing_day(now) - beijing_day(at)
    if days <= 0:
        return hour
    if days == 1:
        return f"昨天 {hour}"
    year, month, day = beijing_text(at, "%Y %m %d").split()
    same_year = year == beijing_text(now, "%Y")
    return f"{'' if same_year else year + '年'}{int(month)}月{int(day)}日 {hour}"


def summary(chat: Chat) -> str:
    """The last message in one line of the chat list."""
    if not chat.messages:
        return ""
    last = chat.messages[-1]
    labels = {"image": "[图片]", "file": "[文件] ", "video": "[视频]", "voice": "[语音]", "miniprogram": "[小程序] "}
    named = last.body.get("title") or last.body.get("name", "")
    if last.kind == "text":
        return last.body.get("text", "").replace("\n", " ")
    if last.kind == "mass_task":
        return f"待确认群发：{last.body['text'] or '[附件]'}".replace("\n", " ")
    if last.kind == "moment_task":
        return f"待发表朋友圈：{last.body.get('text') or last.body.get('what', '')}".replace("\n", " ")
    if last.kind == "menu":
        return last.body.get("head", "")
    if last.kind in ("card", "template_card"):
        return named
    return (labels.get(last.kind, "[链接] ") + (named if last.kind != "image" else "")).strip()


def safe_href(url: str) -> str:
    """The URL when a browser may follow it, else empty: no scripts, no files."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def web_page(url: str) -> str:
    """The address of a page that a phone may open in a frame, else empty: a plain host, no user, nothing to quote."""
    try:
        parts = urlsplit(safe_href(url))
        plain = parts.netloc and re.fullmatch(r"[A-Za-z0-9.\-]+(:[0-9]+)?", parts.netloc)
    except ValueError:
        return ""
    return url if plain else ""


def local_picture(url: str, base_url: str) -> str:
    """The picture when it lies on this machine: the console never calls out."""
    if url.startswith("/") and not url.startswith("//"):
        return url
    if url.startswith(base_url + "/"):
        return url[len(base_url) :]
    try:
        return url if urlsplit(url).hostname in ("127.0.0.1", "localhost") and safe_href(url) else ""
    except ValueError:
        return ""


def rich_text(text: str) -> Markup:
    """Escaped text in which web links can be followed."""
    parts, end = [], 0
    for found in LINK.finditer(text):
        url, label = found.group(1) or found.group(3), found.group(2) or found.group(3)
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label))
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def size_text(size: str) -> str:
    """A file's size for people."""
    count = float(size or 0)
    for unit in ("B", "KB", "MB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} GB"


def avatar_of(chat_key: str, title: str, person_of: dict[str, str]) -> str:
    """The portrait of the other party; ``person_of`` maps external_userids to person ids."""
    kind, _, rest = chat_key.partition(":")
    if kind == "staff":
        corpid, _, userid = rest.partition(":")
        return f"/avatar/staff/{quote(corpid)}/{quote(userid)}.svg"
    if kind == "account":
        return f"/avatar/account/{quote(rest)}.svg"
    if kind == "customer":
        return f"/avatar/{quote(person_of.get(rest, ''))}.svg"
    return f"/avatar/app/{quote(rest.rpartition(':')[2])}.svg?name={quote(title[:1])}"


def _href(url: str) -> str:
    """Where a bubble may lead: to the web, or to a file of the simulator."""
    return url if url.startswith("/media/") else safe_href(url)


def _with_href(item: dict[str, str]) -> dict[str, str]:
    """A part of a bubble that leads somewhere."""
    return {**item, "url": _href(item.get("url", ""))}


def _draw(message: Message, stamp: str, base_url: str) -> Bubble:
    body = message.body
    picture = body.get("url", "") if message.kind in ("image", "miniprogram") else body.get("picurl", "")
    return Bubble(
        id=f"m{message.n}",
        side=message.side,
        kind=message.kind,
        body=body,
        stamp=stamp,
        text=rich_text(body.get("text", "")),
        items=[_with_href(each) for each in orjson.loads(body.get("items") or "[]")],
        rows=orjson.loads(body.get("rows") or "[]"),
        href=_href(body.get("url", "")),
        picture=local_picture(picture, base_url),
        size=size_text(body.get("size", "")),
    )
