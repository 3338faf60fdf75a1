"""Opening a short link: a redirect, a visitor's cookie, and one event. Plain ASGI in front of the router (ADR 0012)."""

import asyncio
import uuid
from collections.abc import Mapping

import structlog
from prometheus_client import Counter
from starlette.types import Receive, Scope, Send

from weloop.connectors.web.api import PREFIX_OF_LINKS, LinkEntry, ShortLinks, address_for, is_person, read_visitor
from weloop.contracts.errors import Overloaded
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.inbox.api import Intake
from weloop.kit.clock import WorldClock
from weloop.kit.ids import new_trace_id, trace

log = structlog.get_logger(__name__)
COOKIE = "weloop_visitor"
COOKIE_SECONDS = 400 * 86_400
"""As long as browsers keep a cookie at most."""
PATIENCE = 1.0
"""Seconds until the visitor goes on, whether the opening is stored or not: the page matters more than our count."""
ONCE_SECONDS = 10
"""A tap that opens twice is one opening."""
openings = Counter("weloop_link_openings", "Short links opened, by what became of it", ["outcome"])

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
body {{ margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 24px; box-sizing: border-box;
  font: 16px/1.6 -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: #1f2329; background: #f7f8fa; text-align: center; }}
h1 {{ margin: 0 0 8px; font-size: 20px; font-weight: 600; }}
p {{ margin: 0; color: #646a73; }}
p + p {{ margin-top: 16px; font-size: 13px; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #e6e8eb; background: #17181a; }} p {{ color: #9aa0a8; }} }}
</style>
<h1>{title}</h1>
<p>{text}</p>
<p lang="en">{english}</p>
</html>
"""
_PAGES = {
    404: ("没有这个链接", "请检查链接是否完整，或向发给您的人要一个新的。", "There is no such link. Please check it."),
    410: ("这个链接已经停用", "请向发给您的人要一个新的。", "This link has ended. Please ask for a new one."),
    405: ("这个链接只能打开", "请直接在浏览器里打开它。", "A link can only be opened."),
    503: ("暂时打不开", "请过几秒再试一次。", "Please try again in a few seconds."),
}


class LinkEndpoint:
    """Answers everything below ``/l/``: an ASGI application."""

    def __init__(self, links: ShortLinks, intake: Intake, clock: WorldClock, public_url: str) -> None:
        self._links = links
        self._intake = intake
        self._clock = clock
        self._secure = public_url.startswith("https://")

    @staticmethod
    def takes(path: str) -> bool:
        """Whether a path is that of a short link."""
        return path.startswith(PREFIX_OF_LINKS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        trace.set(new_trace_id())
        if scope["method"] not in ("GET", "HEAD"):
            await _send_page(send, 405, [(b"allow", b"GET, HEAD")])
            return
        try:
            link = await self._links.find(scope["path"].removeprefix(PREFIX_OF_LINKS).lower())
        except Overloaded:
            openings.labels("away").inc()
            await _send_page(send, 503, [(b"retry-after", b"2")])
            return
        if link is None or link.ended:
            openings.labels("unknown" if link is None else "ended").inc()
            await _send_page(send, 404 if link is None else 410)
            return
        await self._open(scope, send, link)

    async def _open(self, scope: Scope, send: Send, link: LinkEntry) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answered = [(b"cache-control", b"no-store"), (b"x-robots-tag", b"noindex"), (b"content-length", b"0")]
        visitor = ""
        if is_person(scope["method"], headers):
            visitor = read_visitor(headers.get("cookie", ""), COOKIE) or str(uuid.uuid4())
            answered.append((b"set-cookie", self._cookie(visitor)))
            await self._store(link, visitor, headers)
        else:
            openings.labels("program").inc()
        answered.append((b"location", address_for(link, visitor).encode("ascii")))
        await send({"type": "http.response.start", "status": 302, "headers": answered})
        await send({"type": "http.response.body", "body": b""})

    def _cookie(self, visitor: str) -> bytes:
        secure = "; Secure" if self._secure else ""
        life = f"Path={PREFIX_OF_LINKS}; Max-Age={COOKIE_SECONDS}"
        return f"{COOKIE}={visitor}; {life}; HttpOnly; SameSite=Lax{secure}".encode()

    async def _store(self, link: LinkEntry, visitor: str, headers: Mapping[str, str]) -> None:
        now = self._clock.now()
        event = NewEvent(
            account_id=link.account_id,
            kind=EventKind.LINK_OPENED,
            dedupe=f"open:{link.slug}:{visitor}:{int(now.timestamp()) // ONCE_SECONDS}",
            occurred_at=now,
            subject=IdentityRef(IdentityKind.VISITOR, link.scope, visitor),
            data={"state": link.state_code, "link": link.slug},
            personal={"user_agent": headers["user-agent"][:300]},
            trace_id=trace.get(),
        )
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.shield(self._intake.add([event]))
            openings.labels("counted").inc()
        except Exception as error:
            openings.labels("lost").inc()
            log.warning("link.not_counted", slug=link.slug, error=repr(error))


async def _send_page(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    title, text, english = _PAGES[status]
    body = _PAGE.format(title=title, text=text, english=english).encode()
    answered = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        *(headers or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": answered})
    await send({"type": "http.response.body", "body": body})
