"""``open.weixin.qq.com``: a page inside WeCom asks who opened it, and the member is led back with a code.

In WeCom the client knows whose phone it is. Here the phone of the console says so (``authorize.js``), or ``device``
in the address does; a bare browser is asked whose phone it shall be.
"""

import re
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from wxsim.wire.http import Request, Response
from wxsim.world.corps import Corp, Member, WecomApp
from wxsim.world.visits import is_trusted, visit
from wxsim.world.world import World

HOST = "open.weixin.qq.com"
PATH = "/connect/oauth2/authorize"
SCOPES = ("snsapi_base", "snsapi_privateinfo")
STATE = re.compile(r"[A-Za-z0-9]{0,128}")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
        "frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class _Refused(Exception):
    """What the page in the client says; ``code`` is the documented one, 0 where none is published."""

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class AuthorizePages:
    """Answers the pages of this host."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handle(self, request: Request) -> Response:
        """Lead back with a code, ask whose phone it is, or say what is wrong."""
        if request.path != PATH or request.method not in ("GET", "HEAD"):
            return Response(b"404 page not found", 404, "text/plain")
        try:
            return self._answer(request)
        except _Refused as refused:
            return self._page(f"<b>{escape(refused.text)}</b><small>{refused.code or ''}</small>")

    def refusal(self, request: Request, code: int) -> Response:
        """The answer with that code, as a fault wants it."""
        return self._page(f"<b>系统繁忙</b><small>{code}</small>")

    def _answer(self, request: Request) -> Response:
        corp, app = self._app(request)
        redirect_uri = request.query.get("redirect_uri", "")
        if not is_trusted(app, redirect_uri):
            raise _Refused("redirect_uri 与配置的授权完成回调域名不一致", 50001)
        if request.query.get("response_type") != "code" or request.query.get("scope") not in SCOPES:
            raise _Refused("response_type 或 scope 参数错误")
        if STATE.fullmatch(request.query.get("state", "")) is None:
            raise _Refused("state 参数错误")
        device = request.query.get("device", "")
        if not device:
            return self._ask(request, corp, app)
        member = self._member(corp, app, device)
        return _lead_back(redirect_uri, visit(self._world, corp, app, member), request.query.get("state", ""))

    def _app(self, request: Request) -> tuple[Corp, WecomApp]:
        corp = self._world.corps.get(request.query.get("appid", ""))
        agentid = request.query.get("agentid", "")
        if corp is None:
            raise _Refused("appid 参数错误", 40013)
        if not agentid.isdecimal() or int(agentid) not in corp.apps:
            raise _Refused("agentid 参数错误", 40056)
        return corp, corp.apps[int(agentid)]

    def _member(self, corp: Corp, app: WecomApp, device: str) -> Member:
        corpid, _, userid = device.partition("/")
        member = corp.member(userid) if corpid == corp.corpid else None
        if member is None or (app.visible is not None and member.userid not in app.visible):
            raise _Refused("你不在此应用的可见范围内", 50002)
        return member

    def _ask(self, request: Request, corp: Corp, app: WecomApp) -> Response:
        rows = []
        for member in corp.members.values():
            if app.visible is None or member.userid in app.visible:
                device = f"{corp.corpid}/{member.userid}"
                url = "?" + urlencode({**request.query, "device": device})
                picture = f"/avatar/staff/{corp.corpid}/{member.userid}.svg"
                rows.append(
                    f'<li><a href="{escape(url)}" data-device="{escape(device)}">'
                    f'<img src="{escape(picture)}" alt="" width="38" height="38"><span class="two">'
                    f"<b>{escape(member.name)}</b><small>{escape(member.position)}</small></span></a></li>"
                )
        hint = "真的企业微信知道这是谁的手机；在普通浏览器里请选一位。"
        head = f"<b>用谁的企业微信打开？</b><small>{hint}</small>"
        return self._page(f'{head}<ul class="rows" id="devices">{"".join(rows)}</ul>')

    def _page(self, inner: str) -> Response:
        page = (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>企业微信 · 网页授权（模拟）</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="stylesheet" href="/console/assets/layout.css">'
            '<script src="/console/assets/authorize.js" defer></script></head>'
            f'<body class="ask"><section class="panel">{inner}</section></body></html>'
        )
        return Response(page.encode(), 200, "text/html; charset=utf-8", dict(_HEADERS))


def _lead_back(redirect_uri: str, code: str, state: str) -> Response:
    parts = urlsplit(redirect_uri)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("code", code), ("state", state)]
    target = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), parts.fragment))
    return Response(b"", 302, "text/plain", {"Location": target, **_HEADERS})
